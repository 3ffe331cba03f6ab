package io.saddlebag.backup;

import io.saddlebag.media.Lane;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.tapeoption.DriveChoice;
import io.saddlebag.tapeoption.Positioning;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.ProgressListener;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.TapeStore;
import io.saddlebag.volume.VolumeException;
import io.saddlebag.volume.VolumeFault;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a library. Each lane of an image has a store, and so a drive, of its own (M28).
 *
 * @param family media family; null for volumes outside of any
 * @param options how it is written
 * @param leastPart of an image that is written in parts
 */
public record TapeTarget(
        String library,
        @Nullable String family,
        TapeOptions options,
        Function<Attendants, TapeStore> stores,
        ByteCount leastPart)
        implements ImageTarget {
    /**
     * At the end of a part a real drive writes filemarks and all that it holds, stops, and starts again: some seconds, against 40 for
     * so much data at the speed of LTO-9.
     */
    public static final ByteCount LEAST_PART_OF_REAL_DRIVES = ByteCount.mebibytes(16 << 10);

    /** The drives that were named, in the order of the lanes that they write. */
    private static final String DRIVES = "drives";

    /** To drives that stop and start at no cost. */
    public TapeTarget(
            String library, @Nullable String family, TapeOptions options, Function<Attendants, TapeStore> stores) {
        this(library, family, options, stores, ByteCount.of(1));
    }

    /** The drives that were named for a backup, the first for lane 1 (M28); empty where none were. */
    public static List<String> drives(Map<String, String> facts) {
        String named = facts.get(DRIVES);
        return named == null ? List.of() : List.of(named.split(","));
    }

    @Override
    public int activeIo() {
        return options.activeIo();
    }

    @Override
    public Prompt prompt() {
        return options.prompt();
    }

    @Override
    public String description() {
        return "library " + library + (family == null ? "" : ", family " + family)
                + (options.drives().equals(DriveChoice.ANY) ? "" : ", on " + options.drives());
    }

    @Override
    public String place() {
        return library;
    }

    /** Labels from a list and volumes from their beginning are given out image by image, not part by part. */
    @Override
    public @Nullable String startsOverBecause() {
        if (options.drives().number() > 1) {
            return "several drives write at once";
        }
        if (options.labels() != null) {
            return "it has a list of labels";
        }
        return options.positioning() == Positioning.APPEND ? null : "its volumes are written from their beginning";
    }

    @Override
    public String settings() {
        return "library " + library + ", family " + family + ", " + options;
    }

    /** Which drive writes which lane, where that was said (M28). */
    @Override
    public Map<String, String> facts(String writer) {
        return options.drives().isNamed()
                ? Map.of(DRIVES, String.join(",", options.drives().names()))
                : Map.of();
    }

    /**
     * As many drives as were asked for, or as are free: a drive that is out of order must not cost the backup. Drives that were
     * named are meant: without one of them nothing is written.
     */
    @Override
    public List<ImageLane> open(ImageToStore image, Attendants attendants) throws IOException, InterruptedException {
        DriveChoice drives = options.drives();
        if (drives.number() == 1) {
            return List.of(new Drive(stores.apply(attendants)));
        }
        List<ImageLane> lanes = new ArrayList<>();
        boolean done = false;
        try {
            for (int i = 1; i <= drives.number(); i++) {
                TapeStore store = stores.apply(attendants);
                lanes.add(new Drive(store));
                try {
                    store.mount(image.in(new Lane(i, drives.number())), family, options);
                } catch (VolumeException e) {
                    if (i == 1 || drives.isNamed() || !e.is(VolumeFault.NO_DRIVE_FREE)) {
                        throw e;
                    }
                    lanes.remove(i - 1).close();
                    attendants.notes().accept("goes on with " + (i - 1) + " drives: " + e.what());
                    break;
                }
            }
            done = true;
            return lanes;
        } finally {
            if (!done) {
                closeAll(lanes, attendants);
            }
        }
    }

    private static void closeAll(List<ImageLane> lanes, Attendants attendants) {
        for (ImageLane lane : lanes) {
            try {
                lane.close();
            } catch (IOException e) {
                attendants.notes().accept("a drive could not be given back: " + e.getMessage());
            }
        }
    }

    private final class Drive implements ImageLane {
        private final TapeStore store;

        Drive(TapeStore store) {
            this.store = store;
        }

        @Override
        public StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException {
            return store.append(image, family, options, data, ProgressListener.SILENT);
        }

        @Override
        public StoredImage storePart(
                ImageToStore image, @Nullable StoredImage before, InputStream part, BooleanSupplier last)
                throws IOException, InterruptedException {
            return store.append(image, before, family, options, part, ProgressListener.SILENT);
        }

        @Override
        public void close() throws IOException {
            store.close();
        }
    }
}
