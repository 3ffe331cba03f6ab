package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The layers around the tar stream (M1, M2), by the names that labels carry, from the inside to the outside. */
public final class Layers {
    public static final String TAR = "tar";
    public static final String ZSTD = "zstd";

    private static final int PEEK_BYTES = TarBlock.BYTES;
    private static final int GZIP_MAGIC = 0x8b1f;

    private Layers() {}

    public static List<String> names(Compression compression) {
        return compression.method() == Compression.Method.ZSTD ? List.of(TAR, ZSTD) : List.of(TAR);
    }

    /**
     * How a file in these layers is called: {@code .tar}, {@code .tar.zst}.
     *
     * @throws ImageException {@link ImageFault#UNKNOWN_LAYER}
     */
    public static String fileSuffix(List<String> layers) throws ImageException {
        return isZstd(layers) ? ".tar.zst" : ".tar";
    }

    /**
     * The layers that a file's name tells, as {@link #fileSuffix} writes them; not whether they are known.
     *
     * @param name with {@code .tar} in it
     */
    public static List<String> ofFileName(String name) {
        List<String> layers = new ArrayList<>();
        for (String part : name.substring(name.indexOf(".tar") + 1).split("\\.", -1)) {
            layers.add(part.equals("zst") ? ZSTD : part);
        }
        return List.copyOf(layers);
    }

    /** @param executor any, also one that refuses: the reading thread then does the work */
    public static InputStream apply(InputStream tar, Compression compression, Executor executor) {
        return switch (compression.method()) {
            case NONE -> tar;
            case ZSTD -> new ZstdSeekableInputStream(tar, ZstdPolicy.ofLevel(compression.level()), executor);
        };
    }

    /**
     * The tar stream inside. Nothing is read yet.
     *
     * @throws ImageException {@link ImageFault#UNKNOWN_LAYER}
     */
    public static InputStream undo(InputStream stored, List<String> layers, Executor executor) throws ImageException {
        return isZstd(layers) ? new ZstdLayerReader(stored, executor) : stored;
    }

    private static boolean isZstd(List<String> layers) throws ImageException {
        if (layers.equals(List.of(TAR, ZSTD))) {
            return true;
        }
        if (layers.equals(List.of(TAR))) {
            return false;
        }
        throw new ImageException(
                ImageFault.UNKNOWN_LAYER,
                "the layers " + layers + " are not known; known are [tar] and [tar, zstd]",
                "Undo the outer layers with the tools that made them, and read what is inside.");
    }

    /**
     * The tar stream inside a file of which nothing is known: its first bytes tell. Reads those.
     *
     * @throws ImageException {@link ImageFault#UNKNOWN_LAYER}
     */
    public static InputStream detect(InputStream stored, Executor executor) throws IOException {
        PushbackInputStream in = new PushbackInputStream(stored, PEEK_BYTES);
        byte[] head = in.readNBytes(PEEK_BYTES);
        in.unread(head);
        if (head.length >= 4) {
            int magic = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (magic == ZstdFrameHeader.MAGIC || ZstdFrameHeader.isSkippable(magic)) {
                return new ZstdLayerReader(in, executor);
            }
        }
        if (head.length == PEEK_BYTES && (isUstar(head) || TarBlock.isZero(head, head.length))) {
            return in;
        }
        throw new ImageException(
                ImageFault.UNKNOWN_LAYER,
                head.length == 0
                        ? "there are no bytes at all"
                        : "the first bytes are neither a tar header nor a zstd frame",
                hintFor(head));
    }

    private static boolean isUstar(byte[] head) {
        return startsWith(head, TarBlock.MAGIC.offset, "ustar");
    }

    private static String hintFor(byte[] head) {
        if (startsWith(head, 0, "age-encryption.org/")) {
            return "It is encrypted: decrypt it with age first.";
        }
        if (head.length >= 2 && ((head[0] & 0xff) | ((head[1] & 0xff) << 8)) == GZIP_MAGIC) {
            return "It is compressed with gzip: undo that with gunzip first.";
        }
        return "Look with `file` what it is.";
    }

    private static boolean startsWith(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (head.length < at + bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (head[at + i] != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
