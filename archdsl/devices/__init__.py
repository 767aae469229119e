"""How long a net takes on a device: profiles, the estimate of a layer, and how one is measured."""
