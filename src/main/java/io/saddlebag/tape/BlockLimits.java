package io.saddlebag.tape;

/** The shortest and longest block a drive takes, in bytes (READ BLOCK LIMITS, SSC-3, 7.1). */
public record BlockLimits(int shortest, int longest) {
    public BlockLimits {
        if (shortest < 1 || longest < shortest) {
            throw new IllegalArgumentException("block limits " + shortest + ".." + longest + " are not a range");
        }
    }
}
