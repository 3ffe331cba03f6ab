package io.saddlebag.image;

/** What an object is (D3). */
public enum MemberType {
    FILE('f', '0'),
    HARD_LINK('h', '1'),
    SYMBOLIC_LINK('l', '2'),
    CHARACTER_DEVICE('c', '3'),
    BLOCK_DEVICE('b', '4'),
    DIRECTORY('d', '5'),
    FIFO('p', '6'),
    /** Tar has no place for sockets: noted among the checksums, and told to the listener. */
    SOCKET('s', '\0'),
    /** No object, but that one of this path is no more (D2): listed in a member of the image's own, and told to the listener. */
    DELETED('x', '\0');

    private final char letter;
    private final char typeflag;

    MemberType(char letter, char typeflag) {
        this.letter = letter;
        this.typeflag = typeflag;
    }

    /** The catalog's letter for it. */
    public char letter() {
        return letter;
    }

    /** POSIX.1-2001, pax, "ustar Interchange Format". */
    char typeflag() {
        return typeflag;
    }

    boolean isDevice() {
        return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
    }

    boolean isLink() {
        return this == HARD_LINK || this == SYMBOLIC_LINK;
    }
}
