"""The pages of what the desk keeps."""
