package io.saddlebag.image;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The compression layer of an image (M2).
 *
 * @param level {@link Method#ZSTD} has 1 to 19, {@link Method#ZLIB} 1 to 9; without meaning for others
 */
public record Compression(Method method, int level) {
    /** The methods there are. */
    public enum Method {
        NONE("", ""),
        ZSTD(".zst", Layers.ZSTD),
        /** The deflate method, in gzip members. */
        ZLIB(".gz", Layers.GZIP),
        LZ4(".lz4", Layers.LZ4),
        /** Deflate without its search for what came before; RMU's name. */
        HUFFMAN(".gz", Layers.GZIP);

        private final String suffix;
        private final String layer;

        Method(String suffix, String layer) {
            this.suffix = suffix;
            this.layer = layer;
        }

        /** Of a file's name, as the ordinary program for it has it. */
        String suffix() {
            return suffix;
        }

        List<String> layers() {
            return layer.isEmpty() ? List.of() : List.of(layer);
        }
    }

    public static final int DEFAULT_ZSTD_LEVEL = 3;
    public static final int DEFAULT_ZLIB_LEVEL = 6;
    public static final Compression NONE = new Compression(Method.NONE, 0);
    public static final Compression ZSTD = new Compression(Method.ZSTD, DEFAULT_ZSTD_LEVEL);

    /** For people. */
    public static final String FORMS = "none, zstd, zstd=1 .. zstd=19, zlib, zlib=1 .. zlib=9, lz4, huffman, lzss";

    private static final int MAX_ZSTD_LEVEL = 19;
    private static final int MAX_ZLIB_LEVEL = 9;
    private static final Pattern FORM = Pattern.compile("(none|lz4|lzss|huffman)|(zstd|zlib)(?:=(\\d{1,2}))?");

    public Compression {
        if (method == Method.ZSTD && (level < 1 || level > MAX_ZSTD_LEVEL)) {
            throw new IllegalArgumentException("zstd has levels 1 to " + MAX_ZSTD_LEVEL + ", not " + level);
        }
        if (method == Method.ZLIB && (level < 1 || level > MAX_ZLIB_LEVEL)) {
            throw new IllegalArgumentException("zlib has levels 1 to " + MAX_ZLIB_LEVEL + ", not " + level);
        }
    }

    /** @throws IllegalArgumentException naming the text and the valid forms */
    public static Compression parse(String text) {
        Matcher m = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a compression; valid are " + FORMS);
        }
        if (m.group(1) != null) {
            return switch (m.group(1)) {
                case "none" -> NONE;
                case "huffman" -> new Compression(Method.HUFFMAN, 0);
                // RMU's name for what searches what came before, and nothing more
                default -> new Compression(Method.LZ4, 0);
            };
        }
        boolean zstd = m.group(2).equals("zstd");
        int level = m.group(3) != null ? Integer.parseInt(m.group(3)) : zstd ? DEFAULT_ZSTD_LEVEL : DEFAULT_ZLIB_LEVEL;
        return new Compression(zstd ? Method.ZSTD : Method.ZLIB, level);
    }

    @Override
    public String toString() {
        String name = method.name().toLowerCase(Locale.ROOT);
        return method == Method.ZSTD || method == Method.ZLIB ? name + "=" + level : name;
    }
}
