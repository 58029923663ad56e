"""`make bench`: how fast chiso is, as ratios to bare views measured in the same run (docs/performance.md)."""
