package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.WritableFile;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Set;

/** Written beside its target, so that the last step is a rename within one folder. */
final class LocalNewFile implements NewFile {
    private final Path target;
    private final Path temporary;
    private final WritableFile file;
    private final NewFileChannel channel;
    private boolean published;

    LocalNewFile(Path target, Path temporary, WritableFile file) {
        this.target = target;
        this.temporary = temporary;
        this.file = file;
        this.channel = new NewFileChannel(file, target);
    }

    @Override
    public Path temporary() {
        return temporary;
    }

    @Override
    public SeekableByteChannel channel() {
        return channel;
    }

    @Override
    public void setLength(long bytes) throws IOException {
        run("setting the length of", () -> file.changeLength(bytes));
    }

    @Override
    public void setOwner(int uid, int gid) throws IOException {
        run("setting the owner of", () -> file.changeOwner(uid, gid));
    }

    @Override
    public void setMode(int mode) throws IOException {
        run("setting the mode of", () -> file.changeMode(mode));
    }

    @Override
    public Set<String> attributeNames() throws IOException {
        try {
            return Set.copyOf(file.extendedAttributes());
        } catch (PosixException e) {
            throw FileFailure.of("reading attributes of", target, e);
        }
    }

    @Override
    public void setAttribute(String name, byte[] value) throws IOException {
        run("setting attribute " + name + " of", () -> file.setExtendedAttribute(name, value));
    }

    @Override
    public void removeAttribute(String name) throws IOException {
        run("removing attribute " + name + " of", () -> file.removeExtendedAttribute(name));
    }

    @Override
    public void setTimes(Instant accessed, Instant modified) throws IOException {
        run("setting the times of", () -> file.changeTimes(accessed, modified));
    }

    private interface Change {
        void make() throws PosixException;
    }

    private void run(String doing, Change change) throws IOException {
        try {
            change.make();
        } catch (PosixException e) {
            throw FileFailure.of(doing, target, e);
        }
    }

    @Override
    public void seal() throws IOException {
        channel.close();
        run("writing", file::close);
    }

    @Override
    public void publish() throws IOException {
        checkUnpublished();
        try {
            file.force();
            // a rename would replace what is there; a link never does, and fails in one step with the look
            linkOrMove();
            published = true;
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw FileFailure.of("writing", target, e);
        }
    }

    private void linkOrMove() throws IOException {
        try {
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            // FAT and its like know no links
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void replace() throws IOException {
        replace(true);
    }

    @Override
    public void replaceUnsynced() throws IOException {
        replace(false);
    }

    private void replace(boolean synced) throws IOException {
        checkUnpublished();
        try {
            if (synced) {
                file.force();
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            published = true;
        } catch (IOException e) {
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new BackupException(
                        FileFault.WRONG_TYPE,
                        "writing " + target + " failed: there is a folder of this name",
                        "Move the folder away, or choose another target.",
                        e);
            }
            throw FileFailure.of("writing", target, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            run("writing", file::close);
        } finally {
            if (!published) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private void checkUnpublished() {
        if (published) {
            throw new IllegalStateException("published before: " + target);
        }
    }
}
