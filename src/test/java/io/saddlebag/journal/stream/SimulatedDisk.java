package io.saddlebag.journal.stream;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileOwner;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.FileTimes;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFile;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.journal.Faults;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A folder on a disk with a cache in front of it, in memory. When the power goes, what was not flushed is lost or there, block by block, and
 * of a block in part; names that were not flushed are there up to any of them. A flush that fails has taken some of its blocks to the disk,
 * and the system takes the others for clean from then on, as Linux does.
 */
final class SimulatedDisk implements InPlaceFiles {
    static final Path FOLDER = Path.of("/received");

    private static final int BLOCK = 4096;
    private static final int SECTOR = 512;

    /** What it does wrong once; but for a full one, which stays so until somebody makes room. */
    enum Lie {
        /** In the middle of a write. */
        FULL,
        /** The process dies in the middle of a write. */
        TORN,
        FLUSH_FAILS
    }

    @Nullable
    Lie lie;

    /** Hears of each name that is about to go. */
    Consumer<String> deleting = name -> {};

    private final Clock clock;
    private TreeMap<String, Node> names = new TreeMap<>();
    private TreeMap<String, Node> durableNames = new TreeMap<>();
    private final List<Consumer<Map<String, Node>>> unsynced = new ArrayList<>();
    private boolean full;
    private boolean dead;
    private long inodes;

    /** A file; blocks that are null are holes. */
    private final class Node {
        private final long inode = inodes++;
        private byte[][] cached = new byte[0][];
        private byte[][] durable = new byte[0][];
        private boolean[] dirty = new boolean[0];
        private long size;
        private long durableSize;
        private Instant modified = clock.instant();

        void lengthen(long bytes) {
            int blocks = (int) ((bytes + BLOCK - 1) / BLOCK);
            cached = Arrays.copyOf(cached, blocks);
            durable = Arrays.copyOf(durable, blocks);
            dirty = Arrays.copyOf(dirty, blocks);
            size = bytes;
        }

        void write(ByteBuffer from, long offset) {
            long at = offset;
            while (from.hasRemaining()) {
                int block = (int) (at / BLOCK);
                int begin = (int) (at % BLOCK);
                int length = Math.min(from.remaining(), BLOCK - begin);
                byte[] before = cached[block];
                // shared with what is durable, or a hole
                byte[] now = before == null ? new byte[BLOCK] : before == durable[block] ? before.clone() : before;
                from.get(now, begin, length);
                cached[block] = now;
                dirty[block] = true;
                at += length;
            }
            modified = clock.instant();
        }

        void read(ByteBuffer into, long offset) {
            long at = offset;
            while (into.hasRemaining()) {
                int begin = (int) (at % BLOCK);
                int length = Math.min(into.remaining(), BLOCK - begin);
                byte[] block = cached[(int) (at / BLOCK)];
                if (block == null) {
                    into.position(into.position() + length);
                } else {
                    into.put(block, begin, length);
                }
                at += length;
            }
        }

        void flush(boolean fails) {
            for (int i = 0; i < dirty.length; i++) {
                durable[i] = dirty[i] && !(fails && i % 2 == 0) ? cached[i] : durable[i];
                dirty[i] = false;
            }
            durableSize = fails ? durableSize : size;
        }

        void losePower(Random random) {
            boolean kept = durableSize == size || random.nextBoolean();
            for (int i = 0; i < dirty.length; i++) {
                if (cached[i] != durable[i]) {
                    cached[i] = kept && dirty[i] ? survivor(i, random) : durable[i];
                }
                durable[i] = cached[i];
                dirty[i] = false;
            }
            if (!kept) {
                lengthen(durableSize);
            }
            durableSize = size;
        }

        private byte @Nullable [] survivor(int block, Random random) {
            int fate = random.nextInt(3);
            if (fate == 0) {
                return durable[block];
            }
            byte[] there = cached[block].clone();
            if (fate == 1) {
                int from = SECTOR * random.nextInt(BLOCK / SECTOR);
                byte[] before = durable[block] == null ? new byte[BLOCK] : durable[block];
                System.arraycopy(before, from, there, from, BLOCK - from);
            }
            return there;
        }

        /** Whether it begins with these bytes, even if the power goes now. */
        boolean holds(byte[] expected, int length) {
            for (int i = 0; i * BLOCK < length; i++) {
                int end = Math.min(BLOCK, length - i * BLOCK);
                byte[] block = i < durable.length ? durable[i] : null;
                if (!same(block, expected, i * BLOCK, end)) {
                    return false;
                }
            }
            return durableSize >= length;
        }
    }

    private static final byte[] HOLE = new byte[BLOCK];

    /** Behind what is expected there are zeros. */
    private static boolean same(byte @Nullable [] block, byte[] expected, int from, int length) {
        byte[] found = block == null ? HOLE : block;
        int known = Math.max(0, Math.min(length, expected.length - from));
        return (known == 0 || Arrays.equals(found, 0, known, expected, from, from + known))
                && (block == null || Arrays.equals(found, known, length, HOLE, known, length));
    }

    SimulatedDisk(Clock clock) {
        this.clock = clock;
    }

    // ---- what a test asks for and does

    List<String> list() {
        return List.copyOf(names.keySet());
    }

    /**
     * Where a file, as processes see it, isn't what is expected, and zeros behind; -1 for nowhere.
     *
     * @param partly whether zeros are right anywhere
     */
    int mismatch(String name, byte[] expected, boolean partly) {
        Node node = Objects.requireNonNull(names.get(name));
        for (int i = 0; i < node.cached.length; i++) {
            byte[] block = node.cached[i];
            boolean right = (partly && block == null) || same(block, expected, i * BLOCK, BLOCK);
            for (int at = 0; !right && at < BLOCK; at++) {
                byte found = block == null ? 0 : block[at];
                byte wanted = i * BLOCK + at < expected.length ? expected[i * BLOCK + at] : 0;
                if (found != wanted && !(partly && found == 0)) {
                    return i * BLOCK + at;
                }
            }
        }
        return -1;
    }

    long size(String name) {
        return Objects.requireNonNull(names.get(name)).size;
    }

    private byte[] content(String name) {
        Node node = Objects.requireNonNull(names.get(name));
        ByteBuffer all = ByteBuffer.allocate((int) node.size);
        node.read(all, 0);
        return all.array();
    }

    /** Whether one of these files begins with these bytes, however many of the names survive a loss of power now. */
    boolean survives(List<String> either, byte[] expected, int length) {
        Map<String, Node> left = new TreeMap<>(durableNames);
        boolean there = holds(left, either, expected, length);
        for (Consumer<Map<String, Node>> change : unsynced) {
            change.accept(left);
            there = there && holds(left, either, expected, length);
        }
        return there;
    }

    private static boolean holds(Map<String, Node> left, List<String> either, byte[] expected, int length) {
        return either.stream().map(left::get).filter(Objects::nonNull).anyMatch(node -> node.holds(expected, length));
    }

    void makeRoom() {
        full = false;
    }

    void losePower(Random random) {
        int kept = random.nextInt(unsynced.size() + 1);
        unsynced.subList(0, kept).forEach(each -> each.accept(durableNames));
        unsynced.clear();
        names = new TreeMap<>(durableNames);
        names.values().forEach(node -> node.losePower(random));
    }

    /** Another process begins. */
    void live() {
        dead = false;
        lie = null;
    }

    // ---- what a process does

    private boolean lies(Lie wanted) {
        if (dead) {
            throw new Faults.Death("called when dead");
        }
        boolean now = lie == wanted;
        if (now) {
            lie = null;
        }
        return now;
    }

    private void change(Consumer<Map<String, Node>> change) {
        change.accept(names);
        unsynced.add(change);
    }

    private void syncFolder() {
        durableNames = new TreeMap<>(names);
        unsynced.clear();
    }

    private static String name(Object path) {
        return String.valueOf(((Path) path).getFileName());
    }

    private static BackupException failed(FileFault fault, String what) {
        return new BackupException(fault, "injected: " + what, "This is a test.");
    }

    @Override
    public InPlaceFile open(Path file, long lengthBytes) throws IOException {
        String name = name(file);
        boolean existed = names.containsKey(name);
        if (!existed) {
            Node made = new Node();
            change(all -> all.put(name, made));
        }
        Node node = Objects.requireNonNull(names.get(name));
        if (node.size < lengthBytes && full) {
            throw failed(FileFault.NO_SPACE, "no room for " + name);
        }
        if (node.size < lengthBytes) {
            node.lengthen(lengthBytes);
        }
        return new Opened(node, existed);
    }

    private final class Opened implements InPlaceFile {
        private final Node node;
        private final boolean existed;

        Opened(Node node, boolean existed) {
            this.node = node;
            this.existed = existed;
        }

        @Override
        public boolean existed() {
            return existed;
        }

        @Override
        public void write(ByteBuffer from, long offsetBytes) throws IOException {
            boolean torn = lies(Lie.TORN);
            full |= lies(Lie.FULL);
            if (torn || full) {
                int half = from.remaining() / 2;
                node.write(from.slice(from.position(), half), offsetBytes);
                from.position(from.position() + half);
            }
            if (torn) {
                dead = true;
                throw new Faults.Death("in the middle of a write");
            }
            if (full) {
                throw failed(FileFault.NO_SPACE, "the disk is full");
            }
            node.write(from, offsetBytes);
        }

        @Override
        public void read(ByteBuffer into, long offsetBytes) {
            node.read(into, offsetBytes);
        }

        @Override
        public void sync() throws IOException {
            syncContent();
            syncFolder();
        }

        @Override
        public void syncContent() throws IOException {
            boolean fails = lies(Lie.FLUSH_FAILS);
            node.flush(fails);
            if (fails) {
                throw failed(FileFault.IO_ERROR, "a flush failed");
            }
        }

        @Override
        public void close() {}
    }

    /** The folder, for what looks at it and names files. */
    HostFiles files() {
        return (HostFiles) Proxy.newProxyInstance(
                SimulatedDisk.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, args) -> {
                    String name = args == null ? "" : name(args[0]);
                    switch (method.getName()) {
                        case "list" -> {
                            return names.keySet().stream().map(FOLDER::resolve).toList();
                        }
                        case "exists" -> {
                            return names.containsKey(name);
                        }
                        case "find" -> {
                            return Optional.ofNullable(names.get(name)).map(SimulatedDisk::status);
                        }
                        case "openRead" -> {
                            return new Content(content(name));
                        }
                        case "create" -> {
                            return newFile(name);
                        }
                        case "rename" -> {
                            String to = name(args[1]);
                            if (names.containsKey(to)) {
                                throw failed(FileFault.EXISTS, to);
                            }
                            change(all -> {
                                Node node = all.remove(name);
                                all.put(to, node);
                            });
                        }
                        case "delete" -> {
                            deleting.accept(name);
                            change(all -> all.remove(name));
                        }
                        case "syncFolder" -> syncFolder();
                        case "usableSpaceBytes" -> {
                            return 1L << 40;
                        }
                        default -> throw new AssertionError(method);
                    }
                    return null;
                });
    }

    private static FileStatus status(Node node) {
        return new FileStatus(
                FileKind.REGULAR,
                node.size,
                0600,
                new FileOwner(0, 0, "root", "root"),
                new FileTimes(node.modified, node.modified, node.modified),
                new FileKey(1, node.inode),
                1,
                DeviceNumber.NONE,
                null);
    }

    private NewFile newFile(String name) {
        Content content = new Content(new byte[0]);
        return (NewFile) Proxy.newProxyInstance(
                SimulatedDisk.class.getClassLoader(), new Class<?>[] {NewFile.class}, (proxy, method, args) -> {
                    switch (method.getName()) {
                        case "channel" -> {
                            return content;
                        }
                        case "publish" -> {
                            Node made = new Node();
                            made.lengthen(content.bytes.length);
                            made.write(ByteBuffer.wrap(content.bytes), 0);
                            made.flush(false);
                            change(all -> all.put(name, made));
                        }
                        case "close" -> {}
                        default -> throw new AssertionError(method);
                    }
                    return null;
                });
    }

    /** Bytes that are read from anywhere, and written behind the last. */
    private static final class Content implements SeekableByteChannel {
        private byte[] bytes;
        private int position;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer into) {
            int length = Math.min(into.remaining(), bytes.length - position);
            into.put(bytes, position, length);
            position += length;
            return length == 0 && into.hasRemaining() ? -1 : length;
        }

        @Override
        public int write(ByteBuffer from) {
            int length = from.remaining();
            bytes = Arrays.copyOf(bytes, bytes.length + length);
            from.get(bytes, bytes.length - length, length);
            return length;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            position = (int) newPosition;
            return this;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
