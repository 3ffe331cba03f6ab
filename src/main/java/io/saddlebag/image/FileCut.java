package io.saddlebag.image;

/** Where the part ends within the file that is being read, if it does (D6). */
final class FileCut {
    private static final long NEVER = Long.MAX_VALUE;

    private final PartLength length;
    private ByteString headers = ByteString.of("");
    private long content;
    private long contentEnd;
    private long place = NEVER;

    FileCut(PartLength length) {
        this.length = length;
    }

    /** Offset in the tar stream. */
    long place() {
        return place;
    }

    /** The part ends behind the file at the earliest. */
    void never() {
        place = NEVER;
    }

    /**
     * A file whose headers are all that was hashed since the part began: they can be hashed again.
     *
     * @param behind the headers, offset
     */
    void inFile(byte[] itsHeaders, long partBegin, long behind, MemberBody body) {
        headers = ByteString.copyOf(itsHeaders);
        content = behind;
        contentEnd = behind + body.length();
        place = length.cut(partBegin, content, contentEnd);
    }

    /** Goes on where a part ended before. */
    void inFile(PartInFile from, long partBegin, MemberBody body) {
        headers = from.headers();
        content = partBegin - from.done();
        contentEnd = content + body.length();
        nextPart(partBegin);
    }

    void nextPart(long begin) {
        place = length.cut(begin, begin, contentEnd);
    }

    PartInFile end(long member, long offset, Sha256 file, String identity) {
        return new PartInFile(member, headers, offset - content, file.copy().finish(), identity);
    }
}
