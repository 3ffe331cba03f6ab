package io.saddlebag.key;

import io.saddlebag.age.AgeRow;
import io.saddlebag.age.Identity;
import io.saddlebag.age.KeyFault;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.Renewal;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Layers;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Transcript;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolFault;
import io.saddlebag.pool.PoolRenewal;
import io.saddlebag.protection.Access;
import io.saddlebag.protection.BackupRights;
import io.saddlebag.protection.FileRights;
import io.saddlebag.protection.Requester;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives images in pools other keys (X10): the image itself, with all its sections, and its copies. The catalog knows lengths and checks of
 * their files, so it is told first what they become, and accepts either until all are in their places (docs/decisions/0030). A death at any
 * point is settled at the next start. Thread-safe.
 */
public final class PoolRewrapping {
    /** Kind of the debt to find out where a renewal stands, and to end it. */
    public static final String SETTLE = "settle-rewrap";

    private static final String BACKUP = "backup";
    private static final String FOLDER = "folder";
    private static final int IMAGE = 0;
    private static final int BUFFER_BYTES = 1 << 20;

    private final KeyRing keys;
    private final Catalog catalog;
    private final ImageCopies copies;
    private final PoolRegister register;
    private final Pools pools;
    private final Executor workers;

    /** Pools by name. */
    @FunctionalInterface
    public interface Pools {
        /** @throws BackupException when there is none of that name */
        Pool pool(String name) throws IOException;
    }

    public PoolRewrapping(
            KeyRing keys, Catalog catalog, ImageCopies copies, PoolRegister register, Pools pools, Executor workers) {
        this.keys = keys;
        this.catalog = catalog;
        this.copies = copies;
        this.register = register;
        this.pools = pools;
        this.workers = workers;
    }

    /** The files of one pool that are the image, or a copy of it. */
    private record Unit(int copy, List<PoolFile> files, PoolRenewal renewal, Pool pool) {
        String place() {
            return files.stream().map(PoolFile::place).collect(Collectors.joining(" "));
        }

        /** The files as they will be. */
        List<PoolFile> after(Renewal becoming) {
            List<PoolFile> after = new ArrayList<>(files);
            for (Renewal.File each : becoming.files()) {
                if (each.copy() == copy) {
                    after.replaceAll(file -> file.section() == each.truth().section()
                            ? new PoolFile(
                                    file.pool(),
                                    file.path(),
                                    file.section(),
                                    each.truth().bytes(),
                                    each.truth().crc32c(),
                                    file.expires())
                            : file);
                }
            }
            return after;
        }
    }

    /**
     * The backup that has that file.
     *
     * @throws BackupException {@link KeyFault#NOT_REWRAPPED} when the catalog knows of none
     */
    public BackupId backupOf(String pool, String path) throws IOException {
        return register.backupOf(pool, path)
                .orElseThrow(() -> new BackupException(
                        KeyFault.NOT_REWRAPPED,
                        path + " of pool " + pool + " is no file of an image that the catalog knows",
                        "Read the image in with 'saddlebag catalog import " + pool
                                + "', or copy the file out of the pool."));
    }

    /**
     * Puts headers for these keys into the places of those that the image has. On return files, labels and catalog say so, durably. Whoever has a
     * copy of an old header, and its key, can read the image for ever.
     *
     * @param names of keys, separated by commas; only they open it from then on
     * @param who asks; null for the system itself
     * @return the backup as it is then
     * @throws BackupException when the backup isn't complete, isn't encrypted, or is elsewhere than in pools in folders; when none of this
     *     node's keys opens it, or a new one doesn't open the new header; when it is damaged, or there is no room for what is written
     *     anew. Then nothing has changed. A later failure leaves the image readable, and the next start settles it
     */
    public Backup rewrap(BackupId id, String names, @Nullable Requester who, JobRun job)
            throws IOException, InterruptedException {
        Backup backup = requireComplete(id);
        requireAllowed(backup, who);
        List<ImageCopy> held = copies.of(id);
        List<Unit> units = units(backup, held);
        for (Unit unit : units) {
            unit.pool().requireReady();
        }
        NewKeys wanted = keys.newKeys(names);
        wanted.warnings().forEach(job::warn);
        Map<Integer, Map<Integer, List<Spliced.Header>>> headers =
                job.step("read the image and make its headers", () -> headers(units, wanted, job));
        String folder = units.get(0).renewal().name();
        Obligation debt = job.owe(SETTLE, Map.of(BACKUP, id.toString(), FOLDER, folder));
        Renewal becoming;
        try {
            becoming = job.step(
                    "write what takes the files' places", () -> stage(backup, units, wanted, headers, folder, job));
        } catch (IOException | InterruptedException | RuntimeException e) {
            takeBack(units, folder, debt, job, e);
            throw e;
        }
        Optional<String> obstacle = register.renew(becoming, backup, held);
        if (obstacle.isPresent()) {
            BackupException refused = refused("backup " + id + " gets no other keys now: " + obstacle.get());
            takeBack(units, folder, debt, job, refused);
            throw refused;
        }
        job.act("put them into their places", () -> finish(backup, units, becoming, folder));
        job.settle(debt);
        return catalog.find(id).orElse(backup);
    }

    private Backup requireComplete(BackupId id) throws IOException {
        Backup backup = catalog.find(id)
                .orElseThrow(() -> new BackupException(
                        CatalogFault.NO_SUCH_BACKUP,
                        "the catalog has not got backup " + id,
                        "'saddlebag lsbu' lists those it has."));
        if (backup.state() != Backup.State.COMPLETE) {
            throw new BackupException(
                    CatalogFault.NOT_COMPLETE, "backup " + id + " is not complete", "Choose a complete one.");
        }
        if (backup.files().isEmpty()) {
            throw new BackupException(
                    KeyFault.NOT_REWRAPPED,
                    "the image of backup " + id + " is on volumes, where no header can be replaced",
                    "Name the new keys in the next backups, and keep the old identity.");
        }
        if (!Layers.isEncrypted(backup.about().layers())) {
            throw new BackupException(
                    KeyFault.NOT_ENCRYPTED,
                    "the image of backup " + id + " is not encrypted",
                    "Name a backup that was made with --encrypt.");
        }
        return backup;
    }

    /** Whoever may not write to it may not decide who reads it (M29). */
    private static void requireAllowed(Backup backup, @Nullable Requester who) throws BackupException {
        BackupRights rights = BackupRights.of(backup.about().facts());
        if (who != null && !(rights.allow(who, Access.READ) && rights.allow(who, Access.WRITE))) {
            throw new BackupException(
                    PoolFault.PROTECTED,
                    "backup " + backup.id() + " of " + backup.about().name() + " " + rights + ", and " + who.user()
                            + " may not read and write it",
                    "Let an administrator do it.");
        }
    }

    private List<Unit> units(Backup backup, List<ImageCopy> held) throws IOException {
        List<Unit> units = new ArrayList<>();
        units.add(unit(IMAGE, backup.files()));
        for (ImageCopy copy : held) {
            units.add(unit(copy.number(), copy.files()));
        }
        return units;
    }

    private Unit unit(int copy, List<PoolFile> files) throws IOException {
        Pool pool = pools.pool(files.get(0).pool());
        try {
            return new Unit(copy, files, pool.renewal(), pool);
        } catch (BackupException e) {
            if (e.is(PoolFault.UNSUPPORTED)) {
                throw new BackupException(KeyFault.NOT_REWRAPPED, e.what(), e.hint(), e);
            }
            throw e;
        }
    }

    private static BackupException refused(String what) {
        return new BackupException(
                KeyFault.NOT_REWRAPPED, what, "See what becomes of it with 'saddlebag pool ls', and try again.");
    }

    /** Reads everything once, so that what is damaged, or not to be opened, is known before anything is written. */
    private Map<Integer, Map<Integer, List<Spliced.Header>>> headers(List<Unit> units, NewKeys wanted, JobRun job)
            throws IOException {
        Map<Integer, Map<Integer, List<Spliced.Header>>> all = new TreeMap<>();
        for (Unit unit : units) {
            all.put(unit.copy(), headers(unit, wanted, job));
        }
        return all;
    }

    /** By section; those without any stay as they are. */
    private static Map<Integer, List<Spliced.Header>> headers(Unit unit, NewKeys wanted, JobRun job)
            throws IOException {
        Map<Integer, List<Spliced.Header>> found = new TreeMap<>();
        long total = unit.files().stream().mapToLong(PoolFile::bytes).sum();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (AgeRow row = new AgeRow(unit.pool().read(unit.files()))) {
            boolean more = true;
            while (more) {
                long start = row.position();
                byte[] renewed = wanted.header(row);
                add(found, unit, new Spliced.Header(start, row.position(), renewed));
                while (row.read(buffer, 0, buffer.length) >= 0) {
                    job.progress(new Job.Progress(row.position(), 0, total));
                }
                more = row.next();
            }
            if (row.position() != total) {
                throw refused(unit.place() + " became new while it was read");
            }
        }
        return found;
    }

    private static void add(Map<Integer, List<Spliced.Header>> found, Unit unit, Spliced.Header header)
            throws BackupException {
        long before = 0;
        for (PoolFile file : unit.files()) {
            long end = before + file.bytes();
            if (header.start() < end) {
                if (header.end() > end) {
                    throw new BackupException(
                            KeyFault.NOT_REWRAPPED,
                            "a header goes from " + file.place()
                                    + " over into the next file, and no two files change at once",
                            "Copy the image to a pool of larger sections, or keep the old identity.");
                }
                found.computeIfAbsent(file.section(), section -> new ArrayList<>())
                        .add(new Spliced.Header(header.start() - before, header.end() - before, header.bytes()));
                return;
            }
            before = end;
        }
        throw new IllegalStateException("a header begins behind the image's end");
    }

    private Renewal stage(
            Backup backup,
            List<Unit> units,
            NewKeys wanted,
            Map<Integer, Map<Integer, List<Spliced.Header>>> headers,
            String folder,
            JobRun job)
            throws IOException, InterruptedException {
        FileRights rights = BackupRights.of(backup.about().facts()).said();
        List<Renewal.File> files = new ArrayList<>();
        for (Unit unit : units) {
            Map<Integer, List<Spliced.Header>> ofUnit = headers.getOrDefault(unit.copy(), Map.of());
            for (PoolFile file : unit.files()) {
                List<Spliced.Header> ofFile = ofUnit.get(file.section());
                if (ofFile != null) {
                    try (InputStream old = unit.pool().read(List.of(file))) {
                        PoolFile truth = unit.renewal().stage(folder, file, rights, new Spliced(old, ofFile));
                        files.add(new Renewal.File(unit.copy(), truth));
                    }
                }
            }
        }
        Renewal becoming =
                new Renewal(backup.id(), Layers.encryptedAs(backup.about().layers(), wanted.layer()), files);
        for (Unit unit : units) {
            requireOpens(unit, becoming, wanted, folder);
            job.checkCancelled();
        }
        return becoming;
    }

    /** What will be there is read from the disk, whole, by one of the new keys; each of them opened each header when it was made. */
    private void requireOpens(Unit unit, Renewal becoming, NewKeys wanted, String folder) throws IOException {
        List<Identity> here = wanted.here();
        try (InputStream image = unit.renewal().read(folder, unit.after(becoming))) {
            if (here.isEmpty()) {
                image.transferTo(java.io.OutputStream.nullOutputStream());
            } else {
                wanted.requireOpens(image, here.get(0), workers);
            }
        }
    }

    /** Nothing refers yet to what was written. */
    private static void takeBack(List<Unit> units, String folder, Obligation debt, JobRun job, Exception why) {
        try {
            for (Unit unit : units) {
                unit.renewal().remove(folder);
            }
            job.settle(debt);
        } catch (IOException e) {
            // it stays owed
            why.addSuppressed(e);
        }
    }

    /** Doing it twice does no harm. */
    private void finish(Backup backup, List<Unit> units, Renewal becoming, String folder)
            throws IOException, InterruptedException {
        for (Unit unit : units) {
            unit.renewal().place(folder, backup, unit.after(becoming), becoming.layers());
        }
        register.renewed(becoming);
        for (Unit unit : units) {
            unit.renewal().remove(folder);
        }
    }

    /** Ends what a dead process began, forwards as soon as one file is in its place, and else as far as what was written is there. */
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException {
        BackupId id = BackupId.parse(facts.getOrDefault(BACKUP, ""));
        String folder = facts.getOrDefault(FOLDER, "");
        Optional<Backup> backup = catalog.find(id);
        if (backup.isEmpty()) {
            return;
        }
        List<Unit> units = units(backup.get(), copies.of(id));
        for (Unit unit : units) {
            unit.pool().requireReady();
        }
        Optional<Renewal> pending = register.renewal(id);
        if (pending.isPresent()) {
            settle(backup.get(), units, pending.get(), folder, transcript);
        } else {
            for (Unit unit : units) {
                unit.renewal().remove(folder);
            }
        }
    }

    private void settle(Backup backup, List<Unit> units, Renewal becoming, String folder, Transcript transcript)
            throws IOException, InterruptedException {
        int done = 0;
        List<String> lacking = new ArrayList<>();
        for (Renewal.File file : becoming.files()) {
            Unit unit = units.stream()
                    .filter(each -> each.copy() == file.copy())
                    .findFirst()
                    .orElseThrow();
            PoolFile was = unit.files().get(file.truth().section() - 1);
            switch (unit.renewal().state(folder, was, file.truth())) {
                case DONE -> done++;
                case NOT_TO_BE_DONE -> lacking.add(was.place());
                case WAITS -> {
                    // is put into its place with the others
                }
            }
        }
        if (lacking.isEmpty()) {
            finish(backup, units, becoming, folder);
            transcript.line("recovery: the image of backup " + backup.id() + " has its new keys, "
                    + String.join(", ", Layers.keyIds(becoming.layers())));
        } else if (done == 0) {
            register.dropRenewal(becoming);
            for (Unit unit : units) {
                unit.renewal().remove(folder);
            }
            transcript.line("recovery: the image of backup " + backup.id() + " keeps the keys that it had");
        } else {
            throw new BackupException(
                    KeyFault.HALF_REWRAPPED,
                    "backup " + backup.id() + " was being given other keys, and what was to take the place of "
                            + String.join(", ", lacking) + " is gone",
                    "Keep both keys; bring back what was in folder .rewrap/" + folder
                            + " of the pool, or back up anew and let this backup go.");
        }
    }
}
