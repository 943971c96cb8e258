"""Compiled training, evaluation and prediction of any pure model. Private."""
