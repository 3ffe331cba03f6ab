package io.saddlebag.journal;

/**
 * How fast a journal is written over with the pattern of an empty one (J15): RMU's reset policies.
 *
 * @param requests so many writes are under way at once, {@value #LEAST_REQUESTS} to {@value #MOST_REQUESTS}
 * @param blocks of 512 bytes that each of them writes, {@value #LEAST_BLOCKS} to {@value #MOST_BLOCKS}
 */
public record ResetLoad(int requests, int blocks) {
    public static final int LEAST_REQUESTS = 1;
    public static final int MOST_REQUESTS = 32;
    public static final int LEAST_BLOCKS = 4;
    public static final int MOST_BLOCKS = 127;

    public static final ResetLoad DEFAULT = new ResetLoad(15, 127);

    public ResetLoad {
        require("resetRequests", requests, LEAST_REQUESTS, MOST_REQUESTS);
        require("resetBlocks", blocks, LEAST_BLOCKS, MOST_BLOCKS);
    }

    private static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " is " + value + "; valid are " + least + " to " + most);
        }
    }

    /** Bytes of one write. */
    public int requestBytes() {
        return blocks * JournalResult.BLOCK_BYTES;
    }
}
