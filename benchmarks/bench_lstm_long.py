"""LSTM(128) on 3200 sequences of 100 steps with 32 features, batch 64, one epoch."""

from harness import main, Work
from recurrent import long_sequences

if __name__ == "__main__":
    main(Work("lstm_long", long_sequences("LSTM"), executions=(1, 25)))
