package io.saddlebag.diskimage;

import io.saddlebag.image.ByteString;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A disk and how its image is called.
 *
 * @param disk a device or file that doesn't change while it is imaged
 * @param image the image's name without {@code .qcow2}; unlike that of any other image
 * @param parent name of the image that it is an overlay of, likewise; null for a full image
 */
public record DiskToImage(Path disk, String image, @Nullable String parent, Blocks blocks) {
    /** Behind the name of an image. */
    public static final String SUFFIX = ".qcow2";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

    public DiskToImage {
        check(image);
        if (parent != null) {
            check(parent);
        }
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name
                    + "' can't name an image; valid are 1 to 200 letters, digits, points, hyphens and underscores");
        }
    }

    /** Of the image's file. */
    public String fileName() {
        return image + SUFFIX;
    }

    /** Of the disk's image among the members. */
    ByteString imagePath() {
        return ByteString.of(fileName());
    }

    /** Of the hashes of its clusters. */
    ByteString hashesPath() {
        return ByteString.of(image + HashStore.SUFFIX);
    }
}
