package io.saddlebag.recovery;

import java.util.List;

/**
 * What may be restored for a wish, and what not.
 *
 * @param inOrder those that satisfy it: the first is restored, the others are what a failover turns to, in this order
 * @param passedOver all others, the newest first
 */
public record Choice(List<Candidate> inOrder, List<PassedOver> passedOver) {
    public Choice {
        inOrder = List.copyOf(inOrder);
        passedOver = List.copyOf(passedOver);
    }

    /**
     * A backup that doesn't satisfy the wish.
     *
     * @param why as the end of a sentence
     */
    public record PassedOver(Candidate candidate, String why) {
        @Override
        public String toString() {
            return candidate + ": " + why;
        }
    }
}
