package io.saddlebag.level;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.posix.RawPath;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A tree of files of all kinds that changes by a seed, and what it looks like. */
final class RandomTree {
    /** Bytes; holes of shorter files are stored as zeros. */
    private static final int SHORTEST_WITH_HOLES = 64 << 10;

    private static final int MOST_RANGES = 1000;
    private static final byte[][] NAMES = {
        "a".getBytes(UTF_8),
        "b b".getBytes(UTF_8),
        "new\nline".getBytes(UTF_8),
        "größe".getBytes(UTF_8),
        "\uD83D\uDE00".getBytes(UTF_8),
        "\uDBFF\uDE80".getBytes(UTF_8),
        {(byte) 0xff},
        {(byte) 0xfe},
        {'x', (byte) 0xc3},
        ".hidden".getBytes(UTF_8),
        "-rf".getBytes(UTF_8),
        "n".repeat(200).getBytes(UTF_8),
    };

    private final LocalFiles files = new LocalFiles(new LinuxPosix());
    private final Path root;
    private final Random random;

    RandomTree(Path root, Random random) throws IOException {
        this.root = Files.createDirectories(root);
        this.random = random;
    }

    /** So many changes, any of which may come to nothing. */
    void change(int changes) throws IOException {
        for (int i = 0; i < changes; i++) {
            changeOnce();
        }
    }

    private void changeOnce() throws IOException {
        Path some = some();
        Path fresh = freshName();
        switch (random.nextInt(14)) {
            case 0, 1 -> write(fresh);
            case 2 -> {
                if (!exists(fresh)) {
                    Files.createDirectory(fresh);
                }
            }
            case 3 -> {
                if (isFile(some)) {
                    write(some);
                }
            }
            case 4 -> link(fresh, some);
            case 5 -> {
                if (!exists(fresh)) {
                    files.makeLink(fresh, RawPath.of(NAMES[random.nextInt(NAMES.length)]));
                }
            }
            case 6, 7 -> delete(some);
            case 8, 9 -> rename(some, fresh);
            case 10 -> {
                if (!Files.isSymbolicLink(some)) {
                    Files.setPosixFilePermissions(
                            some, PosixFilePermissions.fromString(random.nextBoolean() ? "rwxr-x---" : "rwx------"));
                }
            }
            case 11 -> {
                if (!Files.isSymbolicLink(some)) {
                    files.setTimes(some, someTime(), someTime());
                }
            }
            case 12 -> {
                if (isFile(some) || Files.isDirectory(some, LinkOption.NOFOLLOW_LINKS)) {
                    files.setAttribute(some, "user.note", new byte[] {(byte) random.nextInt()});
                }
            }
            default -> {
                if (!exists(fresh)) {
                    files.makeSpecial(fresh, FileKind.FIFO, DeviceNumber.NONE);
                }
            }
        }
    }

    private Instant someTime() {
        return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    }

    private void link(Path fresh, Path some) throws IOException {
        if (isFile(some) && !exists(fresh)) {
            files.makeHardLink(fresh, some);
        }
    }

    private void rename(Path some, Path fresh) throws IOException {
        if (!some.equals(root) && !exists(fresh) && !fresh.startsWith(some)) {
            Files.move(some, fresh, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** What stood there may have been anything. */
    private void write(Path file) throws IOException {
        if (exists(file) && !isFile(file)) {
            delete(file);
        }
        if (random.nextInt(4) == 0) {
            try (FileChannel sparse = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    sparse.write(ByteBuffer.wrap(new byte[] {(byte) random.nextInt()}), random.nextInt(500_000));
                }
                int end = 100_000 + random.nextInt(100_000);
                sparse.write(ByteBuffer.wrap(new byte[] {(byte) random.nextInt()}), end);
                if (random.nextInt(3) == 0) {
                    // ends in a hole, or is nothing but one
                    sparse.truncate(end - random.nextInt(30_000));
                }
            }
        } else {
            byte[] content = new byte[random.nextInt(3000)];
            random.nextBytes(content);
            Files.write(file, content);
        }
    }

    private void delete(Path path) throws IOException {
        if (path.equals(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private Path some() throws IOException {
        List<Path> all = all(root);
        return all.get(random.nextInt(all.size()));
    }

    private Path freshName() throws IOException {
        List<Path> folders = all(root).stream()
                .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                .filter(path -> root.relativize(path).getNameCount() < 4)
                .toList();
        byte[] folder = RawPath.bytes(folders.get(random.nextInt(folders.size())));
        byte[] name = NAMES[random.nextInt(NAMES.length)];
        byte[] path = java.util.Arrays.copyOf(folder, folder.length + 1 + name.length);
        path[folder.length] = '/';
        System.arraycopy(name, 0, path, folder.length + 1, name.length);
        return RawPath.of(path);
    }

    private static List<Path> all(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            return new ArrayList<>(all.sorted((a, b) -> Arrays.compareUnsigned(RawPath.bytes(a), RawPath.bytes(b)))
                    .toList());
        }
    }

    /**
     * All that is to come back, by name: kind, attributes, content with its holes, and which names are of one file. Only when each was read
     * last is left to {@link AccessTimes}, since looking changes it.
     */
    static Map<String, String> looks(Path tree) throws IOException {
        LocalFiles files = new LocalFiles(new LinuxPosix());
        Map<String, String> looks = new TreeMap<>();
        Map<Object, String> firstNames = new java.util.HashMap<>();
        for (Path path : all(tree)) {
            String name = new String(RawPath.bytes(tree.relativize(path)), ISO_8859_1);
            var status = files.status(path);
            StringBuilder look = new StringBuilder()
                    .append(status.kind())
                    .append(' ')
                    .append(Integer.toOctalString(status.mode()))
                    .append(' ')
                    .append(status.owner().uid())
                    .append(':')
                    .append(status.owner().gid())
                    .append(' ')
                    .append(status.times().modified());
            files.attributes(path)
                    .forEach((key, value) -> look.append(' ')
                            .append(key)
                            .append('=')
                            .append(HexFormat.of().formatHex(value)));
            if (status.is(FileKind.LINK)) {
                look.append(" -> ")
                        .append(new String(
                                RawPath.bytes(java.util.Objects.requireNonNull(status.linkTarget())), ISO_8859_1));
            }
            if (status.is(FileKind.REGULAR)) {
                look.append(' ').append(status.sizeBytes()).append(' ').append(sha256(Files.readAllBytes(path)));
                if (status.sizeBytes() >= SHORTEST_WITH_HOLES) {
                    files.dataRanges(path, MOST_RANGES)
                            .forEach(data -> look.append(" data from ")
                                    .append(data.offsetBytes())
                                    .append(" to ")
                                    .append(data.endBytes()));
                }
            }
            if (!status.is(FileKind.FOLDER)) {
                look.append(" is ").append(firstNames.computeIfAbsent(status.key(), key -> name));
            }
            looks.put(name, look.toString());
        }
        return looks;
    }

    /** As {@link #looks}, whatever is hole and what is zeros: all that comes back of a file whose holes couldn't be looked for. */
    static Map<String, String> withoutHoles(Map<String, String> looks) {
        Map<String, String> without = new TreeMap<>();
        looks.forEach((name, look) -> without.put(name, look.replaceAll(" data from \\d+ to \\d+", "")));
        return without;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
