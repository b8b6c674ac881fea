"""The pages of handing over, opening and closing a desk."""
