package io.saddlebag.image;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The compression layer of an image (M2).
 *
 * @param level meaningful for {@link Method#ZSTD}: 1 to 19
 */
public record Compression(Method method, int level) {
    /** The methods there are. */
    public enum Method {
        NONE(""),
        ZSTD(".zst", Layers.ZSTD);

        private final String suffix;
        private final List<String> layers;

        Method(String suffix, String... layers) {
            this.suffix = suffix;
            this.layers = List.of(layers);
        }

        /** Of a file's name, as the ordinary program for it has it. */
        String suffix() {
            return suffix;
        }

        List<String> layers() {
            return layers;
        }
    }

    public static final int DEFAULT_ZSTD_LEVEL = 3;
    public static final Compression NONE = new Compression(Method.NONE, 0);
    public static final Compression ZSTD = new Compression(Method.ZSTD, DEFAULT_ZSTD_LEVEL);

    private static final Pattern FORM = Pattern.compile("(none)|zstd(?:=(\\d{1,2}))?");

    public Compression {
        if (method == Method.ZSTD && (level < 1 || level > 19)) {
            throw new IllegalArgumentException("zstd has levels 1 to 19, not " + level);
        }
    }

    /** @throws IllegalArgumentException naming the text and the valid forms */
    public static Compression parse(String text) {
        Matcher m = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a compression; valid are none, zstd, zstd=1 .. zstd=19");
        }
        if (m.group(1) != null) {
            return NONE;
        }
        return new Compression(Method.ZSTD, m.group(2) == null ? DEFAULT_ZSTD_LEVEL : Integer.parseInt(m.group(2)));
    }

    @Override
    public String toString() {
        return method == Method.NONE ? "none" : "zstd=" + level;
    }
}
