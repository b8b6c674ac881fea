"""What proves the record to somebody who does not trust us: tree, checkpoints, exports, proofs (A18, I2; docs/record.md)."""
