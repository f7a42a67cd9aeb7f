"""The functions behind the rows of activations and losses, in forms that keep their digits."""
