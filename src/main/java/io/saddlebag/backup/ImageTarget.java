package io.saddlebag.backup;

import io.saddlebag.pool.MemberFile;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A place that takes whole images: volumes of a library, or a disk pool. */
public interface ImageTarget {
    /** For people and the transcript, e.g. {@code library vault, family nightly}. */
    String description();

    /** The name of the library or pool, for those who look later what became of the image. */
    String place();

    /** What {@link #place()} names. */
    default Kind kind() {
        return Kind.LIBRARY;
    }

    /** Buffers between what makes the image and what writes it (M5). */
    default int activeIo() {
        return TapeOptions.DEFAULT_ACTIVE_IO;
    }

    /** Who is asked when something is missing there (M5). */
    Prompt prompt();

    /**
     * Makes ready for one image. Several lanes are written at the same time, by a thread each (M28).
     *
     * @param attendants whom it talks to while it works; called by the lanes' threads
     * @return at least one; the caller closes all of them
     */
    List<ImageLane> open(ImageToStore image, Attendants attendants) throws IOException, InterruptedException;

    /** Why an image that was interrupted can't be gone on with here (D6), as it would have to in parts; null when it can. */
    default @Nullable String startsOverBecause() {
        return "its target takes whole images only";
    }

    /**
     * What an image says of how it is kept here, and the catalog, too (M28, M29); by name.
     *
     * @param writer the user whose files it becomes where nobody else is named
     */
    default Map<String, String> facts(String writer) {
        return Map.of();
    }

    /** What has to be the same for going on with an image, for comparing. */
    default String settings() {
        return description();
    }

    /** Parts of an image that are shorter would cost more to end than to write (D6). */
    default ByteCount leastPart() {
        return ByteCount.of(1);
    }

    /** Which of the parts of an image isn't here any more, for people; null when all are. Looks, and changes nothing. */
    default @Nullable String missing(StoredImage parts) throws IOException {
        return null;
    }

    /** Clears away what was written of an image behind its parts that count, where it would be in the way. */
    default void discardBehind(StoredImage parts) throws IOException {}

    /** Room for images that are still to be written, in bytes; empty where that can't be told beforehand. */
    default OptionalLong usableBytes() throws IOException {
        return OptionalLong.empty();
    }

    /**
     * Why files of that folder can't become part of an image here as they are, without being copied, in words; null when they can
     * (J10).
     */
    default @Nullable String adoptsNothingFrom(Path folder) throws IOException {
        return description() + " takes copies only";
    }

    /**
     * This target, for one image without layers whose members' contents are files already: they are read, and get a further name
     * here instead of being written.
     *
     * @throws UnsupportedOperationException where {@link #adoptsNothingFrom} says why not
     */
    default ImageTarget adopting(MemberFile.InOrder files) {
        throw new UnsupportedOperationException(description() + " takes copies only");
    }

    /** What takes images. */
    enum Kind {
        /** Volumes that people are asked for. */
        LIBRARY,
        /** Files that nobody has to bring (M24). */
        POOL
    }
}
