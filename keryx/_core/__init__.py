"""What everything stands on: errors, names, configuration, weights, shapes. Private."""
