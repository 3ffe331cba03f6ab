package io.saddlebag.image;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the headers of one member after the other: extended ones, GNU's long names, and the header itself. */
final class HeaderReader {
    /** Headers before a member's own: two kinds of long names, a local and a few global ones. */
    private static final int MAX_EXTENSIONS = 16;

    private final TarInput in;
    private final byte[] block = new byte[TarBlock.BYTES];
    private final Map<String, byte[]> globals = new HashMap<>();
    private ByteString name = ByteString.of("");

    HeaderReader(TarInput in) {
        this.in = in;
    }

    /** The next member; null at the end of the archive, of which the first block of zero bytes has then been read. */
    @Nullable
    ImageMember next(Content content) throws IOException {
        Map<String, byte[]> records = new HashMap<>(globals);
        for (int extensions = 0; extensions <= MAX_EXTENSIONS; extensions++) {
            long at = in.offset();
            if (!in.readBlock(block)) {
                throw in.truncated("its members: the blocks of zero bytes at its end are missing");
            }
            if (TarBlock.isZero(block, TarBlock.BYTES)) {
                if (extensions > 0) {
                    throw in.truncated("a member: its header is missing behind the extended one");
                }
                return null;
            }
            HeaderBlock header = new HeaderBlock(block, at);
            switch (header.typeflag()) {
                case 'x' -> records.putAll(records(header, at));
                case 'g' -> {
                    putGlobals(header, at);
                    records.putAll(globals);
                }
                case 'L' -> records.put("path", longName(header, at));
                case 'K' -> records.put("linkpath", longName(header, at));
                default -> {
                    MemberDecoder decoder = new MemberDecoder(header, at, records);
                    name = decoder.name();
                    return decoder.decode(content, in);
                }
            }
        }
        throw new ImageException(
                ImageFault.HEADER_TOO_LARGE,
                "more than " + MAX_EXTENSIONS + " headers before byte " + in.offset()
                        + " of the tar stream extend the same member",
                "This is no image to restore from.");
    }

    /** Of the last member, as it was written: an absolute one is still absolute. */
    ByteString name() {
        return name;
    }

    private Map<String, byte[]> records(HeaderBlock header, long at) throws IOException {
        Map<String, byte[]> records = PaxRecords.parse(extension(header, at));
        if (records == null) {
            throw header.malformed("is followed by no pax records");
        }
        return records;
    }

    private void putGlobals(HeaderBlock header, long at) throws IOException {
        globals.putAll(records(header, at));
        long bytes = 0;
        for (var record : globals.entrySet()) {
            bytes += record.getKey().length() + (long) record.getValue().length;
        }
        if (bytes > PaxRecords.MAX_BYTES) {
            throw tooLarge(at, bytes);
        }
    }

    private byte[] longName(HeaderBlock header, long at) throws IOException {
        byte[] name = extension(header, at);
        boolean closed = name.length > 0 && name[name.length - 1] == 0;
        return closed ? Arrays.copyOf(name, name.length - 1) : name;
    }

    private byte[] extension(HeaderBlock header, long at) throws IOException {
        long size = header.number(TarBlock.SIZE);
        if (size < 0 || size > PaxRecords.MAX_BYTES) {
            throw tooLarge(at, size);
        }
        byte[] bytes = new byte[(int) size];
        in.readFully(bytes, bytes.length, "an extended header");
        in.readFully(block, TarBlock.padding(size), "an extended header");
        return bytes;
    }

    private static ImageException tooLarge(long at, long bytes) {
        return new ImageException(
                ImageFault.HEADER_TOO_LARGE,
                "the extended header at byte " + at + " of the tar stream has " + bytes + " bytes; the limit is "
                        + PaxRecords.MAX_BYTES,
                "This is no image of this program; extract it with the tar that wrote it.");
    }
}
