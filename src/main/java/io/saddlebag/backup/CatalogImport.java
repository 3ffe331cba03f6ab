package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Decryption;
import io.saddlebag.image.ImageFault;
import io.saddlebag.image.ImageManifest;
import io.saddlebag.image.ImageReader;
import io.saddlebag.job.Transcript;
import io.saddlebag.media.Lane;
import io.saddlebag.media.VolumeId;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.StoredSection;
import io.saddlebag.volume.TapeStore;
import io.saddlebag.volume.VolumeFault;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds the catalog from cartridges alone (C1): walks volumes by their labels, reads each image that the catalog
 * doesn't know, and records it when every byte was whole.
 */
public final class CatalogImport implements CrashRecovery.DebtCollector {
    /** Kind of the obligation to import what was found on a volume. */
    public static final String IMPORT_VOLUME = "import-volume";

    static final String LIBRARY = "library";

    /** Ids of volumes, divided by blanks. */
    static final String VOLUME = "volume";

    private final Catalog catalog;
    private final Stores stores;
    private final ExecutorService workers;
    private final Clock clock;
    private final Decryption decryption;

    /** Of a node without keys. */
    public CatalogImport(Catalog catalog, Stores stores, ExecutorService workers, Clock clock) {
        this(catalog, stores, workers, clock, Decryption.NONE);
    }

    public CatalogImport(Catalog catalog, Stores stores, ExecutorService workers, Clock clock, Decryption decryption) {
        this.decryption = decryption;
        this.catalog = catalog;
        this.stores = stores;
        this.workers = workers;
        this.clock = clock;
    }

    @Override
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException {
        String library = facts.getOrDefault(LIBRARY, "");
        Map<VolumeId, List<FoundSection>> scanned = new LinkedHashMap<>();
        for (String volume : facts.getOrDefault(VOLUME, "").split(" ")) {
            VolumeId id = new VolumeId(volume);
            scanned.put(id, stores.scan(library, id));
        }
        addRestOfImages(library, scanned, transcript);
        importAll(library, scanned.values().stream().flatMap(List::stream).toList(), transcript);
    }

    /** An image may begin on a volume before, and go on behind: its labels say where. */
    private void addRestOfImages(String library, Map<VolumeId, List<FoundSection>> scanned, Transcript transcript)
            throws IOException, InterruptedException {
        Deque<FoundSection> toFollow = new ArrayDeque<>();
        scanned.values().forEach(toFollow::addAll);
        while (!toFollow.isEmpty()) {
            FoundSection section = toFollow.remove();
            for (VolumeId other : neighbours(section)) {
                if (!scanned.containsKey(other)) {
                    List<FoundSection> more = scanOther(library, other, section, transcript);
                    scanned.put(other, more);
                    toFollow.addAll(more);
                }
            }
        }
    }

    private List<VolumeId> neighbours(FoundSection section) throws IOException {
        if (isComplete(section.label().imageId())) {
            return List.of();
        }
        return Stream.of(section.label().previous(), section.trailer().next())
                .filter(Objects::nonNull)
                .toList();
    }

    /** A volume that its image never came to, or that isn't here, doesn't keep other images out. */
    private List<FoundSection> scanOther(String library, VolumeId volume, FoundSection section, Transcript transcript)
            throws IOException, InterruptedException {
        try {
            return stores.scan(library, volume);
        } catch (BackupException e) {
            transcript.line(
                    "volume " + volume + ", to which image " + section.label().imageId() + " on volume "
                            + section.label().at().volume() + " leads, is left out: " + e.what());
            return List.of();
        }
    }

    /**
     * Reads the images of these sections in. An image that has sections elsewhere is left out, and said so.
     *
     * @param found whole sections, of one volume after another
     * @return the backups that the catalog didn't know before
     */
    public List<Backup> importAll(String library, List<FoundSection> found, Transcript transcript)
            throws IOException, InterruptedException {
        List<Backup> imported = new ArrayList<>();
        Map<String, List<FoundSection>> images = new LinkedHashMap<>();
        for (FoundSection section : found) {
            images.computeIfAbsent(section.label().imageId(), id -> new ArrayList<>())
                    .add(section);
        }
        try (TapeStore store = stores.store(library, Attendants.NONE)) {
            // the catalog orders backups by their numbers
            List<List<FoundSection>> oldestFirst = new ArrayList<>(images.values());
            oldestFirst.sort(
                    Comparator.comparing(sections -> sections.get(0).label().created()));
            for (List<FoundSection> sections : oldestFirst) {
                sections.sort(Comparator.comparingInt(
                                (FoundSection section) -> section.label().lane().number())
                        .thenComparingInt(section -> section.label().section()));
                if (isNew(sections, transcript)) {
                    importWhole(store, sections, transcript).ifPresent(imported::add);
                }
            }
        }
        return imported;
    }

    private boolean isNew(List<FoundSection> sections, Transcript transcript) throws IOException {
        String imageId = sections.get(0).label().imageId();
        if (isComplete(imageId)) {
            return false;
        }
        Map<Lane, List<FoundSection>> lanes = lanes(sections);
        boolean allLanes = lanes.keySet().stream().allMatch(lane -> lane.of() == lanes.size());
        if (!allLanes || !lanes.values().stream().allMatch(CatalogImport::isWhole)) {
            transcript.line("image " + imageId + " has sections on volumes that are not here, and is left out: "
                    + "import all its volumes together");
            return false;
        }
        return true;
    }

    private static Map<Lane, List<FoundSection>> lanes(List<FoundSection> sections) {
        return sections.stream()
                .collect(Collectors.groupingBy(
                        section -> section.label().lane(), LinkedHashMap::new, Collectors.toList()));
    }

    /** From the first section to one that ends the lane. */
    private static boolean isWhole(List<FoundSection> lane) {
        for (int i = 0; i < lane.size(); i++) {
            boolean last = i == lane.size() - 1;
            if (lane.get(i).label().section() != i + 1 || (lane.get(i).trailer().next() == null) != last) {
                return false;
            }
        }
        return true;
    }

    private boolean isComplete(String imageId) throws IOException {
        return catalog.findImage(imageId)
                .filter(backup -> backup.state() == Backup.State.COMPLETE)
                .isPresent();
    }

    /** One damaged image must not cost the others that are whole. */
    private Optional<Backup> importWhole(TapeStore store, List<FoundSection> found, Transcript transcript)
            throws IOException, InterruptedException {
        if (!canRead(found.get(0), transcript)) {
            return Optional.empty();
        }
        try {
            return Optional.of(importImage(store, found, transcript));
        } catch (BackupException e) {
            boolean damaged = e.code() instanceof ImageFault
                    || e.is(VolumeFault.SECTION_DAMAGED)
                    || e.is(VolumeFault.SECTION_UNREADABLE)
                    || e.is(VolumeFault.WRONG_IMAGE);
            if (!damaged) {
                throw e;
            }
            transcript.line("image " + found.get(0).label().imageId() + " is damaged and left out: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** What an encrypted image holds is known only to those who have its key. */
    private boolean canRead(FoundSection section, Transcript transcript) throws IOException {
        try {
            decryption.require(section.label().layers());
            return true;
        } catch (BackupException e) {
            transcript.line("image " + section.label().imageId() + " is left out, and can be imported when its key is"
                    + " here: " + e.what());
            return false;
        }
    }

    private Backup importImage(TapeStore store, List<FoundSection> found, Transcript transcript)
            throws IOException, InterruptedException {
        Collection<List<FoundSection>> lanes = lanes(found).values();
        var label = found.get(0).label();
        Catalog.@Nullable Writing writing = null;
        @Nullable ImageIntake intake = null;
        try {
            long imageBytes = 0;
            for (List<FoundSection> lane : lanes) {
                List<StoredSection> sections =
                        lane.stream().map(FoundSection::toStored).toList();
                try (InputStream stored = store.read(label.imageId(), sections);
                        ImageReader reader = ImageReader.open(stored, label.layers(), decryption, workers)) {
                    writing = writing == null ? catalog.begin(about(found, reader)) : writing;
                    intake = intake == null ? new ImageIntake(writing) : intake;
                    intake.takeIn(reader);
                }
                imageBytes += lane.get(lane.size() - 1).trailer().imageBytes();
            }
            var image = new ImageToStore(
                    label.imageId(),
                    label.lane(),
                    label.name(),
                    label.job(),
                    label.owner(),
                    label.host(),
                    label.layers(),
                    label.created());
            List<StoredSection> all = found.stream().map(FoundSection::toStored).toList();
            Backup backup = Objects.requireNonNull(writing)
                    .complete(
                            new StoredImage(image, all, imageBytes),
                            Objects.requireNonNull(intake).dataBytes(),
                            clock.instant());
            transcript.line("backup " + backup.id() + ": image " + label.imageId() + " of "
                    + backup.about().name() + " was read in, " + backup.objects() + " objects");
            return backup;
        } finally {
            if (writing != null) {
                writing.close();
            }
        }
    }

    private static NewBackup about(List<FoundSection> found, ImageReader reader) {
        var label = found.get(0).label();
        ImageManifest manifest = reader.manifest().orElse(null);
        if (manifest == null) {
            return new NewBackup(
                    label.imageId(),
                    label.name(),
                    null,
                    label.job(),
                    label.host(),
                    label.created(),
                    "NONE",
                    label.layers(),
                    Map.of("imported", "true"));
        }
        Map<String, String> facts = new LinkedHashMap<>(manifest.facts());
        facts.remove(Lane.FACT);
        facts.put("imported", "true");
        return new NewBackup(
                manifest.image(),
                manifest.name(),
                manifest.database(),
                manifest.job(),
                manifest.host(),
                manifest.at(),
                manifest.consistency(),
                manifest.layers(),
                facts);
    }

    /** Opens libraries by name. */
    public interface Stores {
        TapeStore store(String library, Attendants attendants) throws IOException;

        /** Walks a volume by its labels. */
        List<FoundSection> scan(String library, VolumeId volume) throws IOException, InterruptedException;
    }
}
