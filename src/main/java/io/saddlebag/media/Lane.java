package io.saddlebag.media;

/**
 * Which of an image's lanes something is in (M28). An image that several drives write at once is spread over as many lanes,
 * each of which is a whole stream of its own with a share of the objects; any other image has one.
 *
 * @param number from 1
 * @param of how many there are, 1 to {@link #MOST}
 */
public record Lane(int number, int of) {
    public static final int MOST = 16;

    /** The fact of an image's manifest that says which lane it is of; without it there is one. */
    public static final String FACT = "lane";

    /** Of an image that one drive writes. */
    public static final Lane ONLY = new Lane(1, 1);

    public Lane {
        if (number < 1 || number > of || of > MOST) {
            throw new IllegalArgumentException("lane " + number + " of " + of + "; there are 1 to " + MOST);
        }
    }

    public boolean isOnly() {
        return of == 1;
    }

    /** {@code 2/3}, as in manifests and messages. */
    @Override
    public String toString() {
        return number + "/" + of;
    }
}
