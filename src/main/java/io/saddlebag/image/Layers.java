package io.saddlebag.image;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/** The layers around the tar stream (M1, M2), by the names that labels carry, from the inside to the outside. */
public final class Layers {
    public static final String TAR = "tar";
    public static final String ZSTD = "zstd";
    public static final String GZIP = "gzip";
    public static final String LZ4 = "lz4";
    public static final String AGE = "age";

    /** Stands before each key's id in the name of the encryption. */
    private static final String KEY_ID_SEPARATOR = "+";

    private static final String KNOWN = "[tar], [tar, zstd], [tar, gzip] and [tar, lz4], and each with age behind";

    private static final String AGE_MAGIC = "age-encryption.org/";
    private static final int PEEK_BYTES = TarBlock.BYTES;

    private Layers() {}

    /** Of an image that isn't encrypted. */
    public static List<String> names(Compression compression) {
        return names(compression, Encryption.NONE);
    }

    public static List<String> names(Compression compression, Encryption encryption) {
        return Stream.of(List.of(TAR), compression.method().layers(), encryption.layers())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * How a file in these layers is called: {@code .tar}, {@code .tar.zst}, {@code .tar.zst.age}.
     *
     * @throws ImageException {@link ImageFault#UNKNOWN_LAYER}
     */
    public static String fileSuffix(List<String> layers) throws ImageException {
        return "." + TAR + compression(layers).suffix() + (isEncrypted(layers) ? "." + AGE : "");
    }

    /**
     * The layers that a file's name tells, as {@link #fileSuffix} writes them; not whether they are known.
     *
     * @param name with {@code .tar} in it
     */
    public static List<String> ofFileName(String name) {
        List<String> layers = new ArrayList<>();
        for (String part : name.substring(name.indexOf(".tar") + 1).split("\\.", -1)) {
            layers.add(layerOf(part));
        }
        return List.copyOf(layers);
    }

    private static String layerOf(String suffix) {
        return Stream.of(Compression.Method.values())
                .filter(method -> method.suffix().equals("." + suffix))
                .flatMap(method -> method.layers().stream())
                .findFirst()
                .orElse(suffix);
    }

    /** @param executor any, also one that refuses: the reading thread then does the work */
    public static InputStream apply(
            InputStream tar, Compression compression, Encryption encryption, Executor executor) {
        return encryption.apply(compress(tar, compression, executor), executor);
    }

    private static InputStream compress(InputStream tar, Compression compression, Executor executor) {
        return switch (compression.method()) {
            case NONE -> tar;
            case ZSTD -> new ZstdSeekableInputStream(tar, ZstdPolicy.ofLevel(compression.level()), executor);
            case ZLIB ->
                packed(tar, () -> new GzipFrame.Encoder(compression.level(), Deflater.DEFAULT_STRATEGY), executor);
            case HUFFMAN ->
                packed(tar, () -> new GzipFrame.Encoder(Deflater.BEST_SPEED, Deflater.HUFFMAN_ONLY), executor);
            case LZ4 -> packed(tar, Lz4Frame.Encoder::new, executor);
        };
    }

    /**
     * The tar stream inside. Nothing is read yet.
     *
     * @throws ImageException {@link ImageFault#UNKNOWN_LAYER}
     */
    public static InputStream undo(InputStream stored, List<String> layers, Decryption decryption, Executor executor)
            throws BackupException {
        Compression.Method method = compression(layers);
        InputStream compressed = isEncrypted(layers) ? decryption.undo(stored, executor) : stored;
        return decompress(compressed, method, executor);
    }

    /**
     * As {@link #undo}, for reading from any place on; empty where that can't be had: gzip and lz4 have no table of their
     * frames. Closing what it yields closes {@code stored}.
     */
    public static Optional<SeekableBytes> seek(
            SeekableBytes stored, List<String> layers, Decryption decryption, Executor executor) throws IOException {
        Compression.Method method = compression(layers);
        if (method != Compression.Method.NONE && method != Compression.Method.ZSTD) {
            return Optional.empty();
        }
        SeekableBytes compressed = isEncrypted(layers) ? decryption.seek(stored, executor) : stored;
        return method == Compression.Method.NONE ? Optional.of(compressed) : SeekableZstd.of(compressed, executor);
    }

    private static InputStream decompress(InputStream stored, Compression.Method method, Executor executor) {
        return switch (method) {
            case NONE -> stored;
            case ZSTD -> new ZstdLayerReader(stored, executor);
            case ZLIB, HUFFMAN -> unpacked(stored, GZIP, GzipFrame.Decoder::new, executor);
            case LZ4 -> unpacked(stored, LZ4, Lz4Frame.Decoder::new, executor);
        };
    }

    private static InputStream packed(InputStream tar, Supplier<FrameEncoder> encoders, Executor executor) {
        return new PieceStream(new PackingPieces(tar, encoders), executor);
    }

    private static InputStream unpacked(
            InputStream stored, String layer, Supplier<UnpackingPieces.FrameDecoder> decoders, Executor executor) {
        return new PieceStream(new UnpackingPieces(stored, layer, decoders), executor);
    }

    /** Whether a layer of that name makes images unreadable without a key. */
    public static boolean isEncryption(String layer) {
        return layer.equals(AGE) || layer.startsWith(AGE + KEY_ID_SEPARATOR);
    }

    public static boolean isEncrypted(List<String> layers) {
        return layers.stream().anyMatch(Layers::isEncryption);
    }

    /** What an encryption is called that any of these keys opens, {@code age+1f0c22ab+40d1e9c7}. */
    public static String encryption(List<String> keyIds) {
        return AGE + keyIds.stream().map(id -> KEY_ID_SEPARATOR + id).collect(Collectors.joining());
    }

    /**
     * The same layers, encrypted for others.
     *
     * @param encryption the name of that layer
     */
    public static List<String> encryptedAs(List<String> layers, String encryption) {
        return layers.stream()
                .map(layer -> isEncryption(layer) ? encryption : layer)
                .toList();
    }

    /** The ids of the keys, one of which opens an image in these layers; empty when it isn't encrypted, or doesn't say. */
    public static List<String> keyIds(List<String> layers) {
        return layers.stream()
                .filter(Layers::isEncryption)
                .flatMap(layer -> Arrays.stream(layer.split(Pattern.quote(KEY_ID_SEPARATOR)))
                        .skip(1))
                .toList();
    }

    static ImageException encrypted() {
        return new ImageException(
                ImageFault.UNKNOWN_LAYER,
                "the image is encrypted, and there are no keys here",
                "Decrypt it with age first, or read it by a node that has the key.");
    }

    private static Compression.Method compression(List<String> layers) throws ImageException {
        for (Compression.Method method : Compression.Method.values()) {
            List<String> known = new ArrayList<>(List.of(TAR));
            known.addAll(method.layers());
            boolean encrypted = layers.size() == known.size() + 1 && isEncryption(layers.get(known.size()));
            if (layers.equals(known)
                    || (encrypted && layers.subList(0, known.size()).equals(known))) {
                return method;
            }
        }
        throw new ImageException(
                ImageFault.UNKNOWN_LAYER,
                "the layers " + layers + " are not known; known are " + KNOWN,
                "Undo the outer layers with the tools that made them, and read what is inside.");
    }

    /** As {@link #detect(InputStream, Decryption, Executor)}, without keys. */
    public static InputStream detect(InputStream stored, Executor executor) throws IOException {
        return detect(stored, Decryption.NONE, executor);
    }

    /**
     * The tar stream inside a file of which nothing is known: its first bytes tell. Reads those.
     *
     * @throws ImageException {@link ImageFault#UNKNOWN_LAYER}
     */
    public static InputStream detect(InputStream stored, Decryption decryption, Executor executor) throws IOException {
        PushbackInputStream in = new PushbackInputStream(stored, PEEK_BYTES);
        byte[] head = in.readNBytes(PEEK_BYTES);
        in.unread(head);
        if (startsWith(head, 0, AGE_MAGIC)) {
            return detect(decryption.undo(in, executor), Decryption.NONE, executor);
        }
        if (isZstd(head)) {
            return new ZstdLayerReader(in, executor);
        }
        if (GzipFrame.begins(head)) {
            return decompress(in, Compression.Method.ZLIB, executor);
        }
        if (Lz4Frame.begins(head)) {
            return decompress(in, Compression.Method.LZ4, executor);
        }
        if (head.length == PEEK_BYTES && (isUstar(head) || TarBlock.isZero(head, head.length))) {
            return in;
        }
        throw new ImageException(
                ImageFault.UNKNOWN_LAYER,
                head.length == 0
                        ? "there are no bytes at all"
                        : "the first bytes are neither a tar header nor a layer that is known",
                hintFor(head));
    }

    private static boolean isZstd(byte[] head) {
        if (head.length < Integer.BYTES) {
            return false;
        }
        int magic = magic(head);
        return magic == ZstdFrameHeader.MAGIC || ZstdFrameHeader.isSkippable(magic);
    }

    private static int magic(byte[] head) {
        return ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static boolean isUstar(byte[] head) {
        return startsWith(head, TarBlock.MAGIC.offset, "ustar");
    }

    private static String hintFor(byte[] head) {
        if (head.length >= 2 && ((head[0] & 0xff) | ((head[1] & 0xff) << 8)) == GzipFrame.MAGIC) {
            return "It is compressed with gzip, by another program: undo that with gunzip first.";
        }
        if (head.length >= Integer.BYTES && magic(head) == Lz4Frame.MAGIC) {
            return "It is compressed with lz4, by another program: undo that with lz4 first.";
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
