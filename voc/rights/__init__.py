"""What people may ask of the data about them: consent, export, erasure, and how long anything is kept."""
