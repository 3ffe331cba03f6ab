package io.saddlebag.key;

import io.saddlebag.age.AgeFile;
import io.saddlebag.age.AgeRow;
import io.saddlebag.age.KeyFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives encrypted files other keys without encrypting their data anew (X10): only the header names who can read them.
 * Thread-safe.
 */
public final class Rewrapping {
    private static final int COPY_BYTES = 1 << 20;
    private static final Pattern PLACE = Pattern.compile("pool:([^/]+)/(.+)");

    private final KeyRing keys;
    private final HostFiles files;
    private final Map<String, Path> pools;

    /** @param pools folders of pools by name, whose files the catalog knows by their checksums */
    public Rewrapping(KeyRing keys, HostFiles files, Map<String, Path> pools) {
        this.keys = keys;
        this.files = files;
        this.pools = Map.copyOf(pools);
    }

    /**
     * Puts a file with another header in the place of this one, at once and durably; what stands behind the header is copied as
     * it is. Whoever has a copy of the old file, and its key, can read it for ever.
     *
     * @param names of keys, separated by commas; only they open it from then on
     * @throws BackupException when it is a file of a pool, which {@link PoolRewrapping} knows to change, isn't encrypted, or for none of this node's keys: nothing has changed
     *     then
     */
    public void rewrap(Path file, String names) throws IOException {
        requireNoPools(file);
        try (SeekableByteChannel old = files.openRead(file)) {
            requireEncrypted(file, old);
            FileStatus status = files.status(file);
            AgeRow row = new AgeRow(Channels.newInputStream(old));
            byte[] header = keys.rewrap(row, names);
            try (NewFile renewed = files.create(file)) {
                files.setOwner(
                        renewed.temporary(),
                        status.owner().uid(),
                        status.owner().gid());
                files.setMode(renewed.temporary(), status.mode());
                write(renewed.channel(), ByteBuffer.wrap(header));
                copy(row, renewed.channel());
                while (row.next()) {
                    write(renewed.channel(), ByteBuffer.wrap(keys.rewrap(row, names)));
                    copy(row, renewed.channel());
                }
                requireWhole(file, status.sizeBytes(), row.position());
                renewed.replace();
            }
        }
        files.syncFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /**
     * A file of a pool.
     *
     * @param pool its name
     * @param path in it, as the catalog has it where it is a file of an image
     */
    public record Pooled(String pool, String path) {}

    /** A file of a pool by the name that the catalog has for it, {@code pool:disk/nightly/..}; empty for any other. */
    public Optional<Pooled> named(String file) {
        Matcher matcher = PLACE.matcher(file);
        return matcher.matches() ? Optional.of(new Pooled(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** What pool the file is of, wherever links lead; empty for none. */
    public Optional<Pooled> pooled(Path file) {
        for (Map.Entry<String, Path> pool : pools.entrySet()) {
            Path named = file.toAbsolutePath().normalize();
            for (Path each : List.of(named, real(named))) {
                for (Path folder : List.of(pool.getValue(), real(pool.getValue()))) {
                    if (each.startsWith(folder)) {
                        return Optional.of(new Pooled(
                                pool.getKey(), folder.relativize(each).toString()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Path real(Path named) {
        try {
            return named.toRealPath();
        } catch (IOException e) {
            // it isn't there, which whoever opens it says better
            return named;
        }
    }

    private void requireNoPools(Path file) throws BackupException {
        Optional<Pooled> pooled = pooled(file);
        if (pooled.isPresent()) {
            throw new BackupException(
                    KeyFault.NOT_REWRAPPED,
                    file + " is a file of pool " + pooled.get().pool()
                            + ", and the catalog would take it for damaged with another header",
                    "Give the whole image other keys, or copy the file out of the pool and name the copy.");
        }
    }

    private static void requireEncrypted(Path file, SeekableByteChannel old) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(AgeFile.BEGINNING.length());
        while (head.hasRemaining() && old.read(head) >= 0) {
            // until there are enough
        }
        old.position(0);
        if (!new String(head.array(), java.nio.charset.StandardCharsets.ISO_8859_1).equals(AgeFile.BEGINNING)) {
            throw new BackupException(
                    KeyFault.NOT_ENCRYPTED,
                    file + " does not begin as a file in the age format does",
                    "Name a file that was encrypted, such as orders.tar.zst.age.");
        }
    }

    private static void copy(InputStream from, SeekableByteChannel to) throws IOException {
        byte[] buffer = new byte[COPY_BYTES];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            write(to, ByteBuffer.wrap(buffer, 0, n));
        }
    }

    private static void write(SeekableByteChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private static void requireWhole(Path file, long expected, long copied) throws BackupException {
        if (copied != expected) {
            throw new BackupException(
                    KeyFault.UNSUITABLE_KEYS,
                    file + " changed while it was read: " + copied + " bytes instead of " + expected,
                    "See who writes to it, and try again.");
        }
    }
}
