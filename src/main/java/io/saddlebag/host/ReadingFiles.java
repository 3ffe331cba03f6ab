package io.saddlebag.host;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/** Files that can only be looked at: whoever writes has made a mistake. */
public interface ReadingFiles extends HostFiles {
    private static IllegalStateException reading() {
        return new IllegalStateException("these files are only read");
    }

    @Override
    default long usableSpaceBytes(Path path) {
        throw reading();
    }

    @Override
    default long totalSpaceBytes(Path path) {
        throw reading();
    }

    @Override
    default NewFile create(Path target) {
        throw reading();
    }

    @Override
    default SeekableByteChannel openWrite(Path file) {
        throw reading();
    }

    @Override
    default void makeFolder(Path folder) {
        throw reading();
    }

    @Override
    default void makeLink(Path link, Path target) {
        throw reading();
    }

    @Override
    default void makeHardLink(Path link, Path existing) {
        throw reading();
    }

    @Override
    default void makeSpecial(Path path, FileKind kind, DeviceNumber device) {
        throw reading();
    }

    @Override
    default void setOwner(Path path, int uid, int gid) {
        throw reading();
    }

    @Override
    default void setMode(Path path, int mode) {
        throw reading();
    }

    @Override
    default void setTimes(Path path, Instant accessed, Instant modified) {
        throw reading();
    }

    @Override
    default void setAttribute(Path path, String name, byte[] value) {
        throw reading();
    }

    @Override
    default void removeAttribute(Path path, String name) {
        throw reading();
    }

    @Override
    default void setFlags(Path path, Set<FileFlag> flags) {
        throw reading();
    }

    @Override
    default void delete(Path path) {
        throw reading();
    }

    @Override
    default void rename(Path from, Path to) {
        throw reading();
    }

    @Override
    default void replace(Path from, Path to) {
        throw reading();
    }

    @Override
    default void syncFolder(Path folder) {
        throw reading();
    }

    @Override
    default void syncFileSystem(Path path) throws IOException {
        throw reading();
    }
}
