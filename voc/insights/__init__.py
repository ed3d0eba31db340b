"""Insights: figures with their uncertainty and the way back to the words behind them, and the weekly digest."""
