"""The acknowledgement as a person reads it: the words for what became of a delivery, and the page that shows them."""
