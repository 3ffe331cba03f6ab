package io.saddlebag.recoverability;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.catalog.Rehearsal;
import io.saddlebag.image.Layers;
import io.saddlebag.incarnation.IncarnationFacts;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobState;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.PieceState;
import io.saddlebag.level.BackupChain;
import io.saddlebag.media.PoolFile;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.StateReached;
import io.saddlebag.volume.StoredSection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the catalog says, as facts that intervals are worked out from. Reads it once; one thread. */
final class CatalogFacts {
    /** A fact of online backups that lack the journals they need: a restore takes them from the chain. */
    static final String JOURNALS_APART = "journalsApart";

    private static final String START = "startLsn";
    private static final String JOURNAL_SOURCE = "journal.source";
    private static final int MOST_REHEARSALS = 100_000;

    /** What takes no time tells nothing of speed. */
    private static final long LEAST_MEASURED_BYTES = 1 << 20;

    private final Recoverability.Parts parts;
    private final Rates.Measuring measuredRestores = new Rates.Measuring("restores");
    private final Rates.Measuring measuredBackups = new Rates.Measuring("backups");
    private final Map<Long, Backup> backups = new TreeMap<>();
    private final Map<Long, HeldImage> images = new HashMap<>();
    private final Map<Long, Instant> verified = new HashMap<>();
    private final Map<Long, Rehearsal> rehearsed = new HashMap<>();

    CatalogFacts(Recoverability.Parts parts) throws IOException {
        this.parts = parts;
        for (Backup backup : parts.catalog().backups(Catalog.Filter.ALL)) {
            backups.put(backup.id().value(), backup);
        }
        for (Job job : parts.jobs().jobs()) {
            measure(job);
            if (job.request().kind() == JobKind.VERIFY && job.state() == JobState.COMPLETED) {
                verified(job);
            }
        }
        for (Rehearsal each : parts.rehearsals().list(null, MOST_REHEARSALS)) {
            rehearsed.merge(
                    each.backup().value(),
                    each,
                    (newer, older) -> older.proof().compareTo(newer.proof()) > 0 ? older : newer);
        }
    }

    /** Of what an ended job read or wrote, as its images are stored. */
    private void measure(Job job) {
        Instant began = job.dispatched();
        Instant ended = job.ended();
        boolean restores = job.request().kind() == JobKind.RESTORE;
        String id =
                restores ? job.request().facts().get("backup") : job.figures().get("backup-id");
        if (began == null
                || ended == null
                || id == null
                || !job.state().completed()
                || !(restores || job.request().kind() == JobKind.BACKUP)) {
            return;
        }
        Backup backup = backups.get(BackupId.parse(id).value());
        long millis = Duration.between(began, ended).toMillis();
        if (backup != null && millis > 0 && backup.imageBytes() >= LEAST_MEASURED_BYTES) {
            Medium medium = backup.files().isEmpty() ? Medium.TAPE : Medium.DISK;
            (restores ? measuredRestores : measuredBackups).add(medium, backup.imageBytes(), millis);
        }
    }

    /** Restores tell best; backups to the same kind of medium are better than nothing. */
    Rates rates() {
        Map<Medium, Rates.Rate> rates = new EnumMap<>(Medium.class);
        measuredRestores.into(rates);
        measuredBackups.into(rates);
        return new Rates(rates);
    }

    private void verified(Job job) {
        String backup = job.request().facts().get("backup");
        Instant ended = job.ended();
        if (backup != null && ended != null) {
            verified.merge(BackupId.parse(backup).value(), ended, (one, other) -> one.isAfter(other) ? one : other);
        }
    }

    /** Everything that is configured or was backed up, by name. */
    Map<String, Known.Kind> names() {
        Map<String, Known.Kind> names = new TreeMap<>();
        for (Backup backup : backups.values()) {
            String database = backup.about().database();
            if (database != null) {
                names.put(database, Known.Kind.DATABASE);
            } else if (!isJournals(backup)) {
                names.putIfAbsent(backup.about().name(), Known.Kind.DATASET);
            }
        }
        parts.protecting().databases().forEach(each -> names.put(each, Known.Kind.DATABASE));
        return names;
    }

    /** Everything that some image needs. */
    Without stored() throws IOException {
        Set<String> volumes = new HashSet<>();
        Set<String> pools = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (Backup backup : backups.values()) {
            HeldImage held = image(backup);
            keys.addAll(held.copies().isEmpty() ? Set.of() : held.keys());
            held.copies().forEach(copy -> {
                volumes.addAll(copy.volumes());
                pools.addAll(copy.pools());
            });
        }
        return new Without(volumes, pools, keys);
    }

    private static boolean isJournals(Backup backup) {
        return backup.about().facts().containsKey(JOURNAL_SOURCE);
    }

    Known known(String name, Known.Kind kind) throws IOException {
        List<Branch> branches = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        Recoverability.States states = Recoverability.States.NONE;
        if (kind == Known.Kind.DATABASE) {
            try {
                branches.addAll(parts.branches().of(name));
                states = parts.branches().states(name);
            } catch (IOException e) {
                // the medium with the histories may be what is gone; backups bring their own incarnation forward all
                // the same
                remarks.add("where its incarnations went off each other can't be read: " + e.getMessage());
            }
        }
        List<Base> bases = new ArrayList<>();
        for (Backup backup : backups.values()) {
            boolean own = kind == Known.Kind.DATABASE
                    ? name.equals(backup.about().database())
                    : backup.about().database() == null
                            && name.equals(backup.about().name())
                            && !isJournals(backup);
            if (own && backup.state() == Backup.State.COMPLETE) {
                BackupChain chain = BackupChain.of(parts.catalog(), backup);
                if (chain.isWhole()) {
                    bases.add(base(backup, chain, kind == Known.Kind.DATABASE ? entry(backup, states) : null));
                }
            }
        }
        Set<String> sources = kind == Known.Kind.DATABASE ? parts.protecting().journals(name) : Set.of();
        List<Link> chain = new ArrayList<>();
        for (String source : new TreeSet<>(sources)) {
            chain.addAll(links(source));
        }
        return new Known(name, kind, bases, chain, branches, remarks, !sources.isEmpty());
    }

    private Base base(Backup backup, BackupChain chain, Base.@Nullable Entry entry) throws IOException {
        List<HeldImage> held = new ArrayList<>();
        long bytes = 0;
        for (Backup each : chain.oldestFirst()) {
            held.add(image(each));
            bytes += each.imageBytes();
        }
        long id = backup.id().value();
        Instant checked = verified.get(id);
        Rehearsal tried = rehearsed.get(id);
        boolean rehearsed = tried != null && tried.proof() != Rehearsal.Proof.NOTHING;
        return new Base(
                id,
                StateReached.of(backup.about().facts(), backup.about().at()).instant(),
                bytes,
                held,
                entry,
                tried != null && rehearsed ? proof(tried.proof()) : checked == null ? Proof.WRITTEN : Proof.CHECKSUMMED,
                tried != null && rehearsed ? tried.ended() : checked);
    }

    private static Proof proof(Rehearsal.Proof proof) {
        return switch (proof) {
            case NOTHING -> Proof.WRITTEN;
            case RESTORED -> Proof.RESTORED;
            case STARTED -> Proof.STARTED;
            case CHECKED -> Proof.QUERIED;
        };
    }

    private static Base.Entry entry(Backup backup, Recoverability.States states) {
        Map<String, String> facts = backup.about().facts();
        StateReached reached = StateReached.of(facts, backup.about().at());
        boolean apart = Boolean.parseBoolean(facts.get(JOURNALS_APART));
        LogPosition start = apart ? position(facts.get(START)) : null;
        Recoverability.State state = states.of(backup).orElse(null);
        Long said = IncarnationFacts.said(facts);
        return new Base.Entry(
                state != null ? state.incarnation() : said == null ? 1 : said,
                start == null ? reached.position() : start,
                reached.sequence(),
                apart ? reached.position() : null,
                state == null ? null : state.offset());
    }

    private static @Nullable LogPosition position(@Nullable String said) {
        try {
            return said == null ? null : LogPosition.parse(said);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private HeldImage image(Backup backup) throws IOException {
        HeldImage known = images.get(backup.id().value());
        if (known != null) {
            return known;
        }
        List<HeldImage.Copy> copies = new ArrayList<>();
        if (backup.state() == Backup.State.COMPLETE) {
            if (!backup.sections().isEmpty() || !backup.files().isEmpty()) {
                copies.add(new HeldImage.Copy(
                        backup.sections().stream()
                                .map(StoredSection::volume)
                                .map(volume -> volume.value())
                                .collect(Collectors.toSet()),
                        pools(backup.files())));
            }
            for (ImageCopy copy : parts.copies().of(backup.id())) {
                copies.add(new HeldImage.Copy(Set.of(), pools(copy.files())));
            }
        }
        HeldImage made = new HeldImage(
                backup.id().value(),
                copies,
                new HashSet<>(Layers.keyIds(backup.about().layers())));
        images.put(made.backup(), made);
        return made;
    }

    private static Set<String> pools(List<PoolFile> files) {
        return files.stream().map(PoolFile::pool).collect(Collectors.toSet());
    }

    private List<Link> links(String source) throws IOException {
        List<Link> links = new ArrayList<>();
        Map<Long, Map<String, Instant>> closed = new HashMap<>();
        for (JournalPiece piece : parts.chain().pieces(source)) {
            BackupId in = piece.backup();
            Backup backup = in == null ? null : backups.get(in.value());
            @Nullable HeldImage held = null;
            Instant at = Instant.EPOCH;
            if (backup != null && piece.state().isDurable()) {
                held = image(backup);
                Map<String, Instant> times = closed.get(backup.id().value());
                if (times == null) {
                    times = times(backup);
                    closed.put(backup.id().value(), times);
                }
                // the pass that took it began when it was closed already
                at = times.getOrDefault(piece.path(), backup.about().at());
                at = at.isAfter(backup.about().at()) ? backup.about().at() : at;
            }
            links.add(new Link(
                    piece.id(),
                    piece.from(),
                    piece.bytes(),
                    piece.first(),
                    piece.end(),
                    at,
                    held,
                    piece.state() == PieceState.BROKEN,
                    piece.dependent()));
        }
        return links;
    }

    /** When each journal was last written to at its source. */
    private Map<String, Instant> times(Backup backup) throws IOException {
        Map<String, Instant> times = new HashMap<>();
        if (backup.state() == Backup.State.COMPLETE) {
            parts.catalog()
                    .objects(
                            backup.id(),
                            "",
                            object -> times.put(
                                    object.path().startsWith("/")
                                            ? object.path().substring(1)
                                            : object.path(),
                                    object.modified()));
        }
        return times;
    }
}
