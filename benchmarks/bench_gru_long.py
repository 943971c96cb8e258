"""GRU(128) on 3200 sequences of 100 steps with 32 features, batch 64, one epoch."""

from harness import main, Work
from recurrent import long_sequences

if __name__ == "__main__":
    main(Work("gru_long", long_sequences("GRU"), executions=(1, 25)))
