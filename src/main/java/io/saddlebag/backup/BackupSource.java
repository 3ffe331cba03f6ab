package io.saddlebag.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFiles;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.database.StreamedCopy;
import io.saddlebag.diskimage.DiskToImage;
import io.saddlebag.diskimage.VolumeFacts;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.RecoveryPoint;
import io.saddlebag.host.HostFiles;
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
import io.saddlebag.level.BackupLevel;
import io.saddlebag.level.LevelSchedule;
import io.saddlebag.media.Lane;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.volume.ImageToStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private final @Nullable Tree tree;
    private final SourceMembers members;
    private final @Nullable HeldSnapshot held;
    private final String labelJob;
    private Supplier<Map<String, String>> lateFacts = Map::of;

    /** When a source is looked at, and what the look is worth. */
    private record At(Instant time, Consistency consistency) {
        static At of(Snapshot snapshot) {
            return new At(snapshot.at(), snapshot.consistency());
        }
    }

    /** The objects of a view. */
    private interface Tree {
        SourceMembers in(HeldSnapshot view, NewBackup image) throws IOException;
    }

    private BackupSource(
            BackupServices services, JobName job, NewBackup about, SourceOptions options, Tree tree, HeldSnapshot held)
            throws IOException {
        this(services, job, about, options, tree, tree.in(held, about), held, about.job());
    }

    /**
     * @param tree null for what is read once and never again
     * @param held null where somebody else holds the source still
     * @param labelJob the job that began the image
     */
    private BackupSource(
            BackupServices services,
            JobName job,
            NewBackup about,
            SourceOptions options,
            @Nullable Tree tree,
            SourceMembers members,
            @Nullable HeldSnapshot held,
            String labelJob) {
        this.labelJob = labelJob;
        this.held = held;
        this.services = services;
        this.job = job;
        this.about = about;
        this.options = options;
        this.tree = tree;
        this.members = members;
    }

    static BackupSource of(
            BackupServices services,
            BackupRun run,
            String name,
            HeldSnapshot held,
            SourceParts parts,
            SourceOptions options,
            BackupRun.@Nullable GroupPart group)
            throws IOException {
        Snapshot snapshot = held.snapshot();
        Map<String, String> facts = new LinkedHashMap<>(parts.facts());
        if (group != null) {
            facts.putAll(group.point().facts());
        }
        facts.put("provider", snapshot.provider());
        facts.put(
                "roots",
                views(held, group).map(view -> view.source().toString()).collect(Collectors.joining("\n")));
        String database = parts.database();
        Tree tree;
        if (database == null) {
            LevelSchedule.Choice choice = level(services, run, name, options, facts.getOrDefault("roots", ""));
            facts.putAll(choice.facts().toMap());
            CatalogState before = choice.parent() == null
                    ? null
                    : services.catalog().state(choice.parent().ids());
            tree = (view, image) -> SourceMembers.ofTrees(
                    parts.files(),
                    roots(parts, view, group),
                    new Fingerprints(
                            parts.files(), services.clock(), view.snapshot().at(), view.views()),
                    before,
                    new Vanished(run.job().transcript()));
        } else if (options.level().isFull()) {
            tree = (view, image) -> SourceMembers.ofDatabases(
                    parts.files(), roots(parts, view, group), parts.lateFiles(), parts.damage());
        } else {
            throw new BackupException(
                    BackupFault.NO_LEVELS,
                    "a backup of level " + options.level() + " was asked for of database " + database
                            + ", and databases are taken whole but with --provider stream (method=stream)",
                    "Leave the level out.");
        }
        NewBackup about =
                about(services, run, services.names().next("image"), name, database, At.of(snapshot), options, facts);
        BackupSource source = new BackupSource(services, run.name(), about, options, tree, held);
        source.lateFacts = parts.lateFiles()::facts;
        return source;
    }

    private static Stream<Snapshot.View> views(HeldSnapshot held, BackupRun.@Nullable GroupPart group) {
        return held.snapshot().views().stream()
                .filter(view -> group == null || group.paths().contains(view.source()));
    }

    private static List<FileTree.Root> roots(
            SourceParts parts, HeldSnapshot held, BackupRun.@Nullable GroupPart group) {
        return views(held, group)
                .map(view -> parts.root(view.source(), view.frozen()))
                .toList();
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
        VolumeFacts volumes =
                new VolumeChooser(services, run.job(), imaging, options).choose(name, imageId, snapshot.views());
        Map<String, String> facts = new LinkedHashMap<>(volumes.toMap());
        facts.put("provider", snapshot.provider());
        SourceOptions source =
                new SourceOptions(options.compression(), options.encryption(), BackupLevel.FULL, options.restart());
        return new BackupSource(
                services,
                run.name(),
                about(services, run, imageId, name, null, At.of(snapshot), source, facts),
                source,
                (view, image) -> new VolumeMembers(
                        services,
                        run,
                        imaging,
                        disks(imaging, options, VolumeFacts.of(image.facts()).orElseThrow(), view.snapshot()),
                        view.snapshot().at()),
                held);
    }

    private static List<DiskToImage> disks(
            VolumeImaging imaging, VolumeOptions options, VolumeFacts facts, Snapshot snapshot) throws IOException {
        List<DiskToImage> disks = new ArrayList<>();
        for (int i = 0; i < facts.volumes().size(); i++) {
            VolumeFacts.Volume volume = facts.volumes().get(i);
            Path disk = imaging.disks().diskOf(snapshot.views().get(i).frozen());
            disks.add(new DiskToImage(disk, volume.image(), volume.parent(), options.blocks()));
        }
        return disks;
    }

    /** An image of what a database's server sends of itself; the end of it is known when it was read. */
    static BackupSource ofStream(
            BackupServices services,
            BackupRun run,
            String name,
            String database,
            OnlinePhases.Streaming streaming,
            HostFiles files,
            SourceOptions options) {
        StreamedCopy copy = streaming.copy();
        Map<String, String> facts = new LinkedHashMap<>(DatabaseFiles.facts(copy.components()));
        facts.put(OutcomeClass.FACT, OutcomeClass.DATABASE_FULL.name());
        facts.put(DatabaseStream.METHOD_FACT, DatabaseStream.METHOD);
        facts.put("roots", DatabaseComponent.lines(copy.components()));
        facts.putAll(streaming.level().toMap());
        facts.putAll(copy.facts());
        StreamedMembers members = new StreamedMembers(streaming.mode(), copy, files, () -> {
            run.renewLeases();
            run.job().checkCancelled();
        });
        At now = new At(services.clock().instant(), Consistency.NONE);
        NewBackup about = about(services, run, services.names().next("image"), name, database, now, options, facts);
        BackupSource source = new BackupSource(services, run.name(), about, options, null, members, null, about.job());
        source.lateFacts = members::lateFacts;
        return source;
    }

    /** An image of what somebody else holds still. */
    static BackupSource ofSupplied(BackupServices services, BackupRun run, SuppliedImage image) {
        SourceOptions options = new SourceOptions(image.compression(), image.encryption());
        run.warnOnce(image.encryption().warnings());
        NewBackup about = new NewBackup(
                image.imageId(),
                image.name(),
                image.database(),
                run.name().value(),
                services.host(),
                image.at(),
                Consistency.NONE.name(),
                Layers.names(image.compression(), image.encryption()),
                image.facts());
        return new BackupSource(
                services,
                run.name(),
                about,
                options,
                null,
                SourceMembers.ofSupplied(image.members()),
                null,
                about.job());
    }

    private static NewBackup about(
            BackupServices services,
            BackupRun run,
            String imageId,
            String name,
            @Nullable String database,
            At at,
            SourceOptions options,
            Map<String, String> facts) {
        run.warnOnce(options.encryption().warnings());
        return new NewBackup(
                imageId,
                name,
                database,
                run.name().value(),
                services.host(),
                at.time(),
                at.consistency().name(),
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
        if (held != null) {
            held.requireStill();
        }
    }

    /** The objects, whose end is an error when the view that is read has been lost or changed meanwhile. */
    private ImageSource unbroken(ImageSource objects) {
        HeldSnapshot view = held;
        return view == null
                ? objects
                : new UnbrokenSource(objects, () -> {
                    view.requireStill();
                    view.requireIntact();
                });
    }

    void imageIsDurable(Backup backup) {
        if (held != null) {
            held.imageIsDurable(backup);
        }
    }

    /** What is known of it now that it was read to its end. */
    Map<String, String> lateFacts() {
        return lateFacts.get();
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
                unbroken(share),
                members.heard(listener),
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
        if (DatabaseStream.METHOD.equals(about.facts().get(DatabaseStream.METHOD_FACT))) {
            return "its server sends everything anew";
        }
        if (about.database() != null) {
            return "a database was stopped, or put in backup mode, anew, and its newer view is taken";
        }
        if (RecoveryPoint.of(about.facts()).isPresent()) {
            return "all members of a consistency group are of one instant";
        }
        if (held == null || members.extent().isEmpty()) {
            return "its source is not read again as it was";
        }
        if (VolumeFacts.of(about.facts()).isPresent() && !held.snapshot().independent()) {
            return "it is made of the disk itself, which somebody may have written to since";
        }
        if (held.snapshot().independent() && !held.outlivesProcess()) {
            return "it is made of a snapshot of provider " + held.snapshot().provider()
                    + ", which is gone with its job";
        }
        return null;
    }

    RestartOptions restart() {
        return options.restart();
    }

    /** What has to be the same for going on with an image of it, by name. */
    Map<String, String> settings() {
        Map<String, String> all = new TreeMap<>(VolumeFacts.withoutNames(about.facts()));
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
     * @param view that it is made of; null when the source itself is read
     */
    BackupSource goingOn(NewBackup begun, String began, @Nullable HeldSnapshot view) throws IOException {
        HeldSnapshot read = view == null ? Objects.requireNonNull(held) : view;
        return new BackupSource(
                services,
                job,
                begun,
                options,
                tree,
                Objects.requireNonNull(tree).in(read, begun),
                read,
                began);
    }

    /** The same source, of an image that says more about how it is kept. */
    BackupSource keptAs(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> facts = new LinkedHashMap<>(about.facts());
        facts.putAll(more);
        BackupSource kept =
                new BackupSource(services, job, about.withFacts(facts), options, tree, members, held, labelJob);
        kept.lateFacts = lateFacts;
        return kept;
    }

    /** @return id of the view that outlives this process for as long as that backup can be gone on with; null when there is none */
    @Nullable
    String keepSnapshotFor(BackupId backup) throws IOException {
        if (held == null || !held.snapshot().independent()) {
            return null;
        }
        held.keepFor(backup);
        return held.snapshot().id();
    }

    /** To the repeat. */
    void leaveSnapshot() {
        if (held != null) {
            held.leave();
        }
    }

    /**
     * Opens an image in parts from its beginning.
     *
     * @param began when that is
     */
    ImageParts parts(ImageListener listener, PartLength length, Instant began) throws IOException {
        requireStill();
        return ImageParts.open(
                manifest(Lane.ONLY, began),
                unbroken(members.all()),
                listener,
                length,
                options.compression(),
                options.encryption(),
                services.workers());
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
                unbroken(members.behind(end, services.catalog().state(List.of(id)))),
                listener,
                length,
                options.compression(),
                options.encryption(),
                services.workers());
    }
}
