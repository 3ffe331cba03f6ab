package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Decryption;
import io.saddlebag.image.ImageFault;
import io.saddlebag.image.ImageManifest;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.Layers;
import io.saddlebag.job.Transcript;
import io.saddlebag.media.Lane;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.FoundImage;
import io.saddlebag.pool.FoundInput;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolFault;
import io.saddlebag.pool.PoolScan;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** Rebuilds the catalog from the files of a pool alone (C1): each image explains and proves itself. */
public final class PoolImport implements CrashRecovery.DebtCollector {
    /** Kind of the debt to find out what became of an image whose writer died. */
    public static final String IMPORT_POOL = "import-pool";

    static final String POOL = "pool";
    static final String IMAGE = "image";

    private final Catalog catalog;
    private final Pools pools;
    private final ExecutorService workers;
    private final Clock clock;
    private final Decryption decryption;

    public PoolImport(Catalog catalog, Pools pools, ExecutorService workers, Clock clock) {
        this(catalog, pools, workers, clock, Decryption.NONE);
    }

    /** @param decryption of encrypted images */
    public PoolImport(Catalog catalog, Pools pools, ExecutorService workers, Clock clock, Decryption decryption) {
        this.catalog = catalog;
        this.pools = pools;
        this.workers = workers;
        this.clock = clock;
        this.decryption = decryption;
    }

    /** An image whose writer died is in its place, whole, and is read in; or it isn't, and what there is of it is removed. */
    @Override
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException {
        Pool pool = pools.pool(facts.getOrDefault(POOL, ""));
        String image = facts.getOrDefault(IMAGE, "");
        if (pool.files().canList() && !isComplete(image)) {
            pool.requireReady();
            PoolScan scan = PoolScan.of(pool);
            Optional<FoundImage> found = scan.images().stream()
                    .filter(each -> each.imageId().equals(image))
                    .findFirst();
            if (found.isPresent() && found.get().beginsHere() && !found.get().endsEarly()) {
                importAll(pool, List.of(found.get()), transcript);
            } else {
                List<String> left = scan.filesOf(image);
                pool.files().discard(left);
                left.forEach(
                        path -> note(transcript, path + " of pool " + pool.name() + ", half an image, is removed"));
            }
        }
    }

    /**
     * Reads images in that the catalog doesn't know. One that is damaged or not what its name says is left out, and said so.
     *
     * @return the backups that the catalog didn't know before
     */
    public List<Backup> importAll(Pool pool, List<FoundImage> found, Transcript transcript)
            throws IOException, InterruptedException {
        List<Backup> imported = new ArrayList<>();
        for (FoundImage image : found) {
            image.remarks().forEach(remark -> note(transcript, remark));
            if (!image.isWhole()) {
                transcript.line(
                        "image " + image.imageId() + " in pool " + pool.name() + " is left out: " + image.fault());
            } else if (pool.isRemoving(image.imageId())) {
                transcript.line("image " + image.imageId() + " in pool " + pool.name()
                        + " is left out: it has expired and is being removed");
            } else if (!isComplete(image.imageId())) {
                importWhole(pool, image, transcript).ifPresent(imported::add);
            }
        }
        return imported;
    }

    private boolean isComplete(String imageId) throws IOException {
        return catalog.findImage(imageId)
                .filter(backup -> backup.state() == Backup.State.COMPLETE)
                .isPresent();
    }

    private Optional<Backup> importWhole(Pool pool, FoundImage image, Transcript transcript) throws IOException {
        try {
            Backup backup = read(pool, image, transcript);
            transcript.line("backup " + backup.id() + ": image " + image.imageId() + " of "
                    + backup.about().name() + " was read in, " + backup.objects() + " objects");
            return Optional.of(backup);
        } catch (BackupException e) {
            boolean itsOwn = e.code() instanceof ImageFault || e.is(PoolFault.DAMAGED) || e.is(PoolFault.FOREIGN);
            if (!itsOwn) {
                throw e;
            }
            transcript.line("image " + image.imageId() + " in pool " + pool.name() + " is left out: " + e.what());
            return Optional.empty();
        }
    }

    private Backup read(Pool pool, FoundImage image, Transcript transcript) throws IOException {
        List<String> paths =
                image.sections().stream().map(each -> each.named().path()).toList();
        try (FoundInput stored = new FoundInput(pool.files(), paths);
                ImageReader reader = ImageReader.open(stored, image.layers(), decryption, workers)) {
            ImageManifest manifest = reader.manifest()
                    .filter(it -> it.image().equals(image.imageId()))
                    .orElseThrow(() -> foreign(image, reader));
            List<String> layers = layers(pool, image, paths, manifest);
            if (layers.equals(manifest.layers())) {
                image.differences(manifest).forEach(difference -> note(transcript, difference));
            } else {
                note(
                        transcript,
                        "image " + image.imageId() + " was given other keys since it was written: "
                                + String.join(", ", Layers.keyIds(layers)));
            }
            try (Catalog.Writing writing = catalog.begin(about(manifest, layers))) {
                ImageIntake intake = new ImageIntake(writing);
                intake.takeIn(reader);
                stored.drain();
                List<PoolFile> files =
                        image.files(pool.name(), stored, pools.family(image.family()), manifest.created());
                return writing.complete(
                        new StoredImage(
                                label(manifest, layers),
                                List.of(),
                                files,
                                files.stream().mapToLong(PoolFile::bytes).sum()),
                        intake.dataBytes(),
                        clock.instant());
            }
        }
    }

    /**
     * What the image says of its keys is encrypted, and stays as it was when it gets others (X10). Its labels are believed instead, when they
     * are of these very files: a label that is older or newer than its file says a wrong key.
     */
    private static List<String> layers(Pool pool, FoundImage image, List<String> paths, ImageManifest manifest)
            throws IOException {
        Optional<List<String>> labelled = image.rewrapped(manifest);
        if (labelled.isEmpty()) {
            return manifest.layers();
        }
        try (FoundInput files = new FoundInput(pool.files(), paths)) {
            files.drain();
            return image.isAsLabelled(files) ? labelled.get() : manifest.layers();
        }
    }

    private static BackupException foreign(FoundImage image, ImageReader reader) {
        return new BackupException(
                PoolFault.FOREIGN,
                "file " + image.firstPath() + " holds "
                        + reader.manifest().map(it -> "image " + it.image()).orElse("no image of ours"),
                "Give it its own name again, or move it out of the pool.");
    }

    private static ImageToStore label(ImageManifest manifest, List<String> layers) {
        return new ImageToStore(
                manifest.image(),
                Lane.ONLY,
                manifest.name(),
                manifest.job(),
                "",
                manifest.host(),
                layers,
                manifest.created());
    }

    private static NewBackup about(ImageManifest manifest, List<String> layers) {
        Map<String, String> facts = new LinkedHashMap<>(manifest.facts());
        facts.put("imported", "true");
        return new NewBackup(
                manifest.image(),
                manifest.name(),
                manifest.database(),
                manifest.job(),
                manifest.host(),
                manifest.at(),
                manifest.consistency(),
                layers,
                facts);
    }

    private static void note(Transcript transcript, String line) {
        try {
            transcript.line(line);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Pools and media families by name. */
    public interface Pools {
        /** @throws BackupException when there is none of that name */
        Pool pool(String name) throws IOException;

        /** @return null when there is none of that name, so that nothing expires */
        @org.jspecify.annotations.Nullable
        MediaFamily family(@org.jspecify.annotations.Nullable String name) throws IOException;
    }
}
