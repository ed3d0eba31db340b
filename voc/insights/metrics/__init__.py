"""Any metric by any dimension, in one shape: what explore, alerts and programs ask for.

A metric is one declaration (:class:`Metric`): a file of ``built_in``, or of a package that names it as an entry point
of the group ``voc.metrics``. Each is counted by the same queries as its own page; here they only get one shape.
"""

from __future__ import annotations

from voc.insights.metrics.asking import change, table, value
from voc.insights.metrics.contract import Metric
from voc.insights.metrics.registry import MetricName, metric, metrics

__all__ = ["Metric", "MetricName", "change", "metric", "metrics", "table", "value"]
