package io.saddlebag.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageListener;
import io.saddlebag.image.ImageManifest;
import io.saddlebag.image.ImageParts;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.ImageStream;
import io.saddlebag.image.Layers;
import io.saddlebag.image.PartEnd;
import io.saddlebag.image.PartLength;
import io.saddlebag.job.JobName;
import io.saddlebag.level.BackupChain;
import io.saddlebag.level.LevelSchedule;
import io.saddlebag.media.Lane;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.volume.ImageToStore;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an image of a snapshot consists of, before a byte is read. It can be opened as often as wanted, and yields the same
 * objects each time as long as the snapshot is there.
 */
public final class BackupSource {
    private static final String TOOL = "saddlebag 0.1.0";
    /** Of a digest, for telling an edited dataset. */
    private static final int DIGEST_BYTES = 8;

    private final BackupServices services;
    private final JobName job;
    private final NewBackup about;
    private final SourceOptions options;
    private final SourceMembers members;
    private final HeldSnapshot held;
    private final String labelJob;

    private BackupSource(
            BackupServices services,
            JobName job,
            NewBackup about,
            SourceOptions options,
            SourceMembers members,
            HeldSnapshot held) {
        this(services, job, about, options, members, held, about.job());
    }

    /** @param labelJob the job that began the image */
    private BackupSource(
            BackupServices services,
            JobName job,
            NewBackup about,
            SourceOptions options,
            SourceMembers members,
            HeldSnapshot held,
            String labelJob) {
        this.labelJob = labelJob;
        this.held = held;
        this.services = services;
        this.job = job;
        this.about = about;
        this.options = options;
        this.members = members;
    }

    static BackupSource of(
            BackupServices services,
            BackupRun run,
            String name,
            HeldSnapshot held,
            SourceParts parts,
            SourceOptions options)
            throws IOException {
        Snapshot snapshot = held.snapshot();
        List<FileTree.Root> roots = snapshot.views().stream()
                .map(view -> parts.root(view.source(), view.frozen()))
                .toList();
        Map<String, String> facts = new LinkedHashMap<>(parts.facts());
        facts.put("provider", snapshot.provider());
        facts.put("roots", roots.stream().map(root -> root.source().toString()).collect(Collectors.joining("\n")));
        String database = parts.database();
        SourceMembers members;
        if (database == null) {
            LevelSchedule.Choice choice = level(services, run, name, options, facts.getOrDefault("roots", ""));
            facts.putAll(choice.facts().toMap());
            CatalogState before = choice.parent() == null
                    ? null
                    : services.catalog().state(choice.parent().ids());
            members = SourceMembers.ofTrees(
                    parts.files(),
                    roots,
                    new Fingerprints(parts.files(), services.clock(), snapshot.at(), held.views()),
                    before);
        } else if (options.level().isFull()) {
            members = SourceMembers.ofDatabases(parts.files(), roots, parts.lateFiles(), parts.damage());
        } else {
            throw new BackupException(
                    BackupFault.NO_LEVELS,
                    "a backup of level " + options.level() + " was asked for of database " + database
                            + ", and databases are taken whole",
                    "Leave the level out.");
        }
        NewBackup about =
                about(services, run, services.names().next("image"), name, database, snapshot, options, facts);
        return new BackupSource(services, run.name(), about, options, members, held);
    }

    private static LevelSchedule.Choice level(
            BackupServices services, BackupRun run, String name, SourceOptions options, String roots)
            throws IOException {
        LevelSchedule.Choice choice =
                new LevelSchedule(services.catalog()).choose(options.level(), name, services.host(), roots);
        if (choice.insteadBecause() != null) {
            run.job()
                    .transcript()
                    .line("everything is backed up instead of level " + options.level() + ": "
                            + choice.insteadBecause());
        }
        BackupChain parent = choice.parent();
        run.job()
                .transcript()
                .line("level " + choice.level()
                        + (parent == null
                                ? ": everything"
                                : ": what changed since backup " + parent.last().id()));
        run.job().figure("level", choice.level().toString());
        return choice;
    }

    /** An image of the disks that the snapshot's views are. */
    static BackupSource ofVolumes(
            BackupServices services,
            BackupRun run,
            String name,
            HeldSnapshot held,
            VolumeImaging imaging,
            VolumeOptions options)
            throws IOException {
        Snapshot snapshot = held.snapshot();
        String imageId = services.names().next("image");
        VolumeChoice choice =
                new VolumeChooser(services, run.job(), imaging, options).choose(name, imageId, snapshot.views());
        Map<String, String> facts = new LinkedHashMap<>(choice.facts().toMap());
        facts.put("provider", snapshot.provider());
        SourceOptions source = new SourceOptions(options.compression(), options.encryption());
        return new BackupSource(
                services,
                run.name(),
                about(services, run, imageId, name, null, snapshot, source, facts),
                source,
                new VolumeMembers(services, run, imaging, choice.disks(), snapshot.at()),
                held);
    }

    private static NewBackup about(
            BackupServices services,
            BackupRun run,
            String imageId,
            String name,
            @Nullable String database,
            Snapshot snapshot,
            SourceOptions options,
            Map<String, String> facts) {
        run.warnOnce(options.encryption().warnings());
        return new NewBackup(
                imageId,
                name,
                database,
                run.name().value(),
                services.host(),
                snapshot.at(),
                snapshot.consistency().name(),
                Layers.names(options.compression(), options.encryption()),
                facts);
    }

    public String name() {
        return about.name();
    }

    public String imageId() {
        return about.imageId();
    }

    /** What an image of running databases is (W9); empty for any other. */
    public Optional<OutcomeClass> outcome() {
        return OutcomeClass.of(about.facts());
    }

    /** The job it belongs to. */
    public JobName job() {
        return job;
    }

    /** From the inside to the outside. */
    public List<String> layers() {
        return about.layers();
    }

    /** Whether an image without any object is one: nothing has changed. */
    boolean mayBeEmpty() {
        return members.mayBeNone();
    }

    CatalogFiller.Damage damage() {
        return members.damage();
    }

    void requireStill() throws IOException {
        held.requireStill();
    }

    /** @throws io.saddlebag.fault.BackupException when the view that was read has been lost meanwhile */
    void requireIntact() throws IOException {
        held.requireIntact();
    }

    void imageIsDurable(Backup backup) {
        held.imageIsDurable(backup);
    }

    NewBackup about() {
        return about;
    }

    ImageToStore label() {
        return new ImageToStore(
                about.imageId(),
                Lane.ONLY,
                about.name(),
                labelJob,
                services.owner(),
                about.host(),
                about.layers(),
                about.at());
    }

    /**
     * Opens the image stream with its layers (D7). Nothing is read from the source before the stream is.
     *
     * @param listener learns each object as it has been handed over
     * @throws io.saddlebag.fault.BackupException {@link BackupFault#SOURCE_RUNS} when the view isn't apart from the source,
     *     which has been started since
     */
    public InputStream open(ImageListener listener) throws IOException {
        return open(Lane.ONLY, members.all(), listener);
    }

    /** The objects, to be dealt to so many lanes (M28). */
    LaneShares deal(int lanes) {
        return members.deal(lanes);
    }

    /** As {@link #open(ImageListener)}, for one lane and its share of the objects. */
    InputStream open(Lane lane, ImageSource share, ImageListener listener) throws IOException {
        requireStill();
        return ImageStream.open(
                manifest(lane, services.clock().instant()),
                share,
                listener,
                options.compression(),
                options.encryption(),
                services.workers());
    }

    private ImageManifest manifest(Lane lane, Instant created) {
        Map<String, String> facts = new LinkedHashMap<>(about.facts());
        if (!lane.isOnly()) {
            facts.put(Lane.FACT, lane.toString());
        }
        return new ImageManifest(
                about.imageId(),
                about.name(),
                about.database(),
                about.host(),
                about.job(),
                about.at(),
                created,
                about.consistency(),
                about.layers(),
                facts,
                TOOL);
    }

    /** Why an interrupted image of it can't be gone on with (D6); null when it can. */
    @Nullable
    String startsOverBecause() {
        if (about.database() != null) {
            return "the files of a database are of one instant";
        }
        if (members.extent().isEmpty()) {
            return "an image of disks is one long file";
        }
        if (held.snapshot().independent()) {
            return "it is made of a snapshot, which is of one instant and is gone with its job";
        }
        return options.encryption().layers().isEmpty() ? null : "an encrypted image can't be put together of parts";
    }

    RestartOptions restart() {
        return options.restart();
    }

    /** What has to be the same for going on with an image of it, by name. */
    Map<String, String> settings() {
        Map<String, String> all = new TreeMap<>(about.facts());
        all.put("host", about.host());
        all.put("layers", String.join(", ", about.layers()));
        all.put("compression", options.compression().toString());
        all.put("digest of what it takes", digest(members.extent()));
        all.put("consistency", about.consistency());
        return all;
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The same source, of an image that was begun before.
     *
     * @param begun as the catalog has it
     * @param began the job in the labels that it has
     */
    BackupSource goingOn(NewBackup begun, String began) {
        return new BackupSource(services, job, begun, options, members, held, began);
    }

    /**
     * Opens an image in parts from its beginning.
     *
     * @param began when that is
     */
    ImageParts parts(ImageListener listener, PartLength length, Instant began) throws IOException {
        requireStill();
        return ImageParts.open(
                manifest(Lane.ONLY, began), members.all(), listener, length, options.compression(), services.workers());
    }

    /**
     * Opens what is missing of an image.
     *
     * @param id under which the catalog has what there is
     */
    ImageParts partsBehind(PartEnd end, BackupId id, ImageListener listener, PartLength length, Instant began)
            throws IOException {
        requireStill();
        return ImageParts.behind(
                end,
                began,
                members.behind(end.last(), services.catalog().state(List.of(id))),
                listener,
                length,
                options.compression(),
                services.workers());
    }
}
