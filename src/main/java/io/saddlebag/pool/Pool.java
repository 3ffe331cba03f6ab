package io.saddlebag.pool;

import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.PoolFile;
import io.saddlebag.protection.FileRights;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A disk pool: takes whole images and yields them again (M24). Thread-safe. */
public final class Pool {
    private final PoolSettings settings;
    private final PoolStore store;
    private final PoolRegister register;

    public Pool(PoolSettings settings, PoolStore store, PoolRegister register) {
        this.settings = settings;
        this.store = store;
        this.register = register;
    }

    public String name() {
        return settings.name();
    }

    public PoolSettings settings() {
        return settings;
    }

    public PoolStore files() {
        return store;
    }

    /** @throws BackupException {@link PoolFault#NOT_A_POOL} when what is there isn't this pool */
    public void requireReady() throws IOException {
        store.requireReady(register.hasImages(name()) ? PoolStore.Expected.IMAGES : PoolStore.Expected.NOTHING_YET);
    }

    /**
     * Makes sure that files can have such an owner and protection here (M29).
     *
     * @throws BackupException {@link PoolFault#RIGHTS}, {@link PoolFault#UNSUPPORTED}
     */
    public void requireRights(FileRights rights) throws IOException {
        store.requireRights(rights);
    }

    /** Removes what dead writers left half done, if there is a pool already. */
    public void removeLeftovers() throws IOException {
        store.removeLeftovers();
    }

    /** Whether it expired and hasn't been removed for good. */
    public boolean isRemoving(String imageId) throws IOException {
        return register.images(name()).stream()
                .anyMatch(each -> each.backup().about().imageId().equals(imageId)
                        && (each.stage() == PooledBackup.Stage.MARKED
                                || each.stage() == PooledBackup.Stage.QUARANTINED));
    }

    /**
     * Writes an image to its end. On return it has its place and is durable; after a failure nothing of it is there.
     *
     * @param data read to its end, not closed
     */
    public StoredImage store(ImageToStore image, PoolTerms terms, InputStream data)
            throws IOException, InterruptedException {
        return store(image, null, terms, data, () -> true);
    }

    /**
     * As {@link #store(ImageToStore, PoolTerms, InputStream)}, but of one part of an image (D6): its files come behind those of the
     * parts before.
     *
     * @param before what the parts before came to, as returned for them; null for the first
     * @param last asked when {@code data} has been read: whether the image ends with it
     * @return all parts so far; after a failure those before count as they did
     */
    public StoredImage store(
            ImageToStore image, @Nullable StoredImage before, PoolTerms terms, InputStream data, BooleanSupplier last)
            throws IOException, InterruptedException {
        requireReady();
        Instant expires = Expiry.expires(terms.family(), image.created());
        ByteCount sectionSize = settings.sectionSize();
        long limit = sectionSize == null ? Long.MAX_VALUE : sectionSize.bytes();
        SectionInput.Cut cut = new SectionInput.Cut(data);
        List<PoolFile> written = new ArrayList<>(before == null ? List.of() : before.files());
        try (PoolStore.Batch batch = store.begin(terms.rights())) {
            boolean more = true;
            while (more) {
                int section = written.size() + 1;
                String path = PoolPaths.of(terms.folder(), image.imageId(), section, image.layers());
                SectionInput input = new SectionInput(cut, limit);
                long bytes = batch.write(path, input);
                var file = new PoolFile(name(), path, section, bytes, input.crc32c(), expires);
                written.add(file);
                more = cut.hasMore();
                byte[] label = PoolLabel.of(image, terms, file, !more && last.getAsBoolean())
                        .toJson();
                batch.write(PoolPaths.label(path), new ByteArrayInputStream(label));
            }
            batch.publish();
        }
        return new StoredImage(
                image,
                List.of(),
                written,
                written.stream().mapToLong(PoolFile::bytes).sum());
    }

    /**
     * As {@link #store(ImageToStore, PoolTerms, InputStream)}, of an image whose members' contents are files already: they are read,
     * and become sections by a further name. Their own names are the caller's to take away, when the image is in the catalog.
     *
     * @param image without layers
     * @param terms without rights: the files are still their source's
     * @param data read to its end, not closed
     * @throws BackupException {@link PoolFault#UNSUPPORTED} when a file can't have a name here
     */
    public StoredImage adopt(ImageToStore image, PoolTerms terms, InputStream data, MemberFile.InOrder files)
            throws IOException, InterruptedException {
        requireReady();
        List<PoolFile> written;
        try (PoolStore.Batch batch = store.begin(terms.rights())) {
            written = new AdoptedImage(name(), image, terms, Expiry.expires(terms.family(), image.created()), batch)
                    .write(data, files);
            batch.publish();
        }
        return new StoredImage(
                image,
                List.of(),
                written,
                written.stream().mapToLong(PoolFile::bytes).sum());
    }

    /**
     * Deletes files of an image that was begun, behind those that count (D6), durably. Its writer is dead.
     *
     * @param counting the first so many sections stay
     */
    public void discardBehind(String imageId, int counting) throws IOException {
        List<String> dead = new ArrayList<>();
        for (String path : PoolScan.of(this, store.list()).filesOf(imageId)) {
            String file = path.endsWith(PoolPaths.LABEL_SUFFIX)
                    ? path.substring(0, path.length() - PoolPaths.LABEL_SUFFIX.length())
                    : path;
            if (PoolPaths.parse(file)
                    .filter(named -> named.section() > counting)
                    .isPresent()) {
                dead.add(path);
            }
        }
        store.discard(dead);
    }

    /** Deletes an image that was stored and that nothing knows of, labels too. */
    public void discard(StoredImage image) throws IOException {
        List<String> paths = new ArrayList<>();
        for (PoolFile file : image.files()) {
            paths.add(file.path());
            paths.add(PoolPaths.label(file.path()));
        }
        store.discard(paths);
    }

    /**
     * The stored bytes of an image, with its layers. Nothing is opened yet, but each file was looked at.
     *
     * @throws BackupException {@link PoolFault#NOT_A_POOL}, {@link PoolFault#MISSING}, {@link PoolFault#DAMAGED}; while it is
     *     read, too: end of stream is reported only when every section was as it was written
     */
    public InputStream read(List<PoolFile> sections) throws IOException {
        store.requireReady(PoolStore.Expected.IMAGES);
        for (PoolFile file : sections) {
            asItIs(file);
        }
        return new PoolInput(opening(), sections);
    }

    /**
     * As {@link #read}, and nothing but these very files is accepted, whatever the catalog says of them (X10).
     *
     * @throws BackupException as {@link #read}
     */
    public InputStream readExactly(List<PoolFile> sections) throws IOException {
        store.requireReady(PoolStore.Expected.IMAGES);
        return new PoolInput(
                new FileOpening() {
                    @Override
                    public InputStream open(PoolFile file) throws IOException {
                        return store.open(file.path(), file.bytes());
                    }

                    @Override
                    public boolean isKnown(PoolFile file, long bytes, long crc32c) {
                        return false;
                    }
                },
                sections);
    }

    /** A section as a whole, as its label says that it is there. */
    boolean has(PoolFile file) throws IOException {
        for (PoolFile each : truths(file)) {
            if (store.has(each.path(), each.bytes())) {
                return true;
            }
        }
        return false;
    }

    /** What a section is that was given another header since somebody asked the catalog (X10), by its length; itself when it wasn't. */
    PoolFile asItIs(PoolFile file) throws IOException {
        try {
            store.requireThere(file.path(), file.bytes());
            return file;
        } catch (BackupException e) {
            if (!e.is(PoolFault.DAMAGED)) {
                throw e;
            }
            for (PoolFile each : register.truths(file.pool(), file.path())) {
                if (each.bytes() != file.bytes() && store.has(each.path(), each.bytes())) {
                    return each;
                }
            }
            throw e;
        }
    }

    /** Whether the catalog takes a file of that length and check for this section by now (X10). */
    public boolean isKnown(PoolFile file, long bytes, long crc32c) throws IOException {
        return truths(file).stream().anyMatch(each -> each.bytes() == bytes && each.crc32c() == crc32c);
    }

    /** What was asked for first: as a rule that is it. */
    private List<PoolFile> truths(PoolFile file) throws IOException {
        List<PoolFile> truths = new ArrayList<>(List.of(file));
        truths.addAll(register.truths(file.pool(), file.path()));
        return truths;
    }

    FileOpening opening() {
        return new FileOpening() {
            @Override
            public InputStream open(PoolFile file) throws IOException {
                try {
                    return store.open(file.path(), file.bytes());
                } catch (BackupException e) {
                    if (!e.is(PoolFault.DAMAGED)) {
                        throw e;
                    }
                    PoolFile now = asItIs(file);
                    return store.open(now.path(), now.bytes());
                }
            }

            @Override
            public boolean isKnown(PoolFile file, long bytes, long crc32c) throws IOException {
                return Pool.this.isKnown(file, bytes, crc32c);
            }
        };
    }

    /**
     * How images here are given other headers (X10).
     *
     * @throws BackupException {@link PoolFault#UNSUPPORTED} at endpoints, where no file takes the place of another at once
     */
    public PoolRenewal renewal() throws BackupException {
        PoolStore.Renewals renewals = store.renewals()
                .orElseThrow(() -> new BackupException(
                        PoolFault.UNSUPPORTED,
                        "files of pool " + name() + " (" + store.place()
                                + ") are at endpoints, where none takes the place of another in one step",
                        "Copy the image to a pool in a folder, or name the new keys in the next backups and keep the old"
                                + " identity."));
        return new PoolRenewal(this, renewals);
    }

    /**
     * As {@link #read}, from any place on; empty where the store can't do that. Lengths are compared, checksums can't be: what
     * is read has to prove itself.
     */
    public Optional<SeekableBytes> seek(List<PoolFile> sections) throws IOException {
        store.requireReady(PoolStore.Expected.IMAGES);
        for (PoolFile file : sections) {
            asItIs(file);
        }
        return store.canSeek() ? Optional.of(new SeekablePool(this, sections)) : Optional.empty();
    }

    /**
     * What stands beside a section; empty when nothing does.
     *
     * @throws BackupException {@link PoolFault#FOREIGN} when it is no label
     */
    public Optional<PoolLabel> label(String path) throws IOException {
        String label = PoolPaths.label(path);
        byte[] bytes;
        try (InputStream in = store.open(label)) {
            bytes = in.readNBytes(PoolLabel.LONGEST_BYTES);
        } catch (BackupException e) {
            if (e.is(PoolFault.MISSING)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(PoolLabel.parse(bytes, label));
    }
}
