package io.saddlebag.host.local;

import io.saddlebag.host.Instances;
import io.saddlebag.host.UniqueNames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Each process holds a lock on a file of its own, which the kernel gives back when the process dies. */
public final class LockedInstances implements Instances, Closeable {
    /** Of this process: closing any channel on such a file would give its lock back. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final String self;
    private final FileChannel channel;

    private LockedInstances(Path folder, String self, FileChannel channel) {
        this.folder = folder;
        this.self = self;
        this.channel = channel;
    }

    /**
     * @param folder made when it isn't there; holds one small file for each living process
     * @throws io.saddlebag.fault.BackupException with a {@link io.saddlebag.host.FileFault}, such as that its disk is full
     */
    public static LockedInstances in(Path folder, UniqueNames names) throws IOException {
        String self = names.next("node") + "-" + ProcessHandle.current().pid();
        Path file = file(folder, self);
        try {
            Files.createDirectories(folder);
            return held(folder, self, file);
        } catch (IOException e) {
            throw FileFailure.of("making lock file", file, e);
        }
    }

    private static LockedInstances held(Path folder, String self, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException("the lock of the new file " + file + " is held by somebody else");
        }
        HELD.add(key(file));
        return new LockedInstances(folder, self, channel);
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public boolean alive(String instance) throws IOException {
        if (instance.equals(self)) {
            return channel.isOpen();
        }
        if (HELD.contains(key(file(folder, instance)))) {
            return true;
        }
        try (FileChannel other = FileChannel.open(file(folder, instance), StandardOpenOption.WRITE)) {
            FileLock lock = other.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException e) {
            // another node in this very process
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD.remove(key(file(folder, self)));
        Files.deleteIfExists(file(folder, self));
    }

    private static Path key(Path file) {
        return file.toAbsolutePath().normalize();
    }

    private static Path file(Path folder, String instance) {
        if (instance.isEmpty() || instance.indexOf('/') >= 0) {
            throw new IllegalArgumentException("'" + instance + "' is not the name of a process");
        }
        return folder.resolve(instance + ".lock");
    }
}
