package io.saddlebag.pool;

import io.saddlebag.image.ImageException;
import io.saddlebag.image.Layers;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How files in a pool are called: {@code family/image.section.tar.zst}, and the same with {@code .json} behind for their
 * labels.
 */
public final class PoolPaths {
    /** Of images of no family; no family can be called so. */
    static final String NO_FAMILY = "_none";

    static final String LABEL_SUFFIX = ".json";

    private static final Pattern FORM =
            Pattern.compile("(?<family>[A-Za-z0-9_][A-Za-z0-9._-]{0,30})/(?<image>[A-Za-z0-9][A-Za-z0-9._$-]{0,63})"
                    + "\\.(?<section>[1-9][0-9]{0,8})\\.tar(?<layers>(\\.[a-z0-9]+){0,2})");

    private PoolPaths() {}

    static String of(@Nullable String family, String imageId, int section, List<String> layers) throws ImageException {
        return (family == null ? NO_FAMILY : family) + "/" + imageId + "." + section + Layers.fileSuffix(layers);
    }

    static String label(String path) {
        return path + LABEL_SUFFIX;
    }

    /** What a path says; empty for labels and for what isn't a section of an image. */
    public static Optional<Named> parse(String path) {
        Matcher matcher = FORM.matcher(path);
        if (!matcher.matches() || path.endsWith(LABEL_SUFFIX)) {
            return Optional.empty();
        }
        String family = matcher.group("family");
        return Optional.of(new Named(
                path,
                family.equals(NO_FAMILY) ? null : family,
                matcher.group("image"),
                Integer.parseInt(matcher.group("section"))));
    }

    /**
     * A file by its name.
     *
     * @param family null for none
     * @param section from 1
     */
    public record Named(String path, @Nullable String family, String imageId, int section) {}
}
