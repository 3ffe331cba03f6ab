package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.Posix;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Written beside its target, so that the last step is a rename within one folder. */
final class LocalNewFile implements NewFile {
    private final Posix posix;
    private final Path target;
    private final Path temporary;
    private final FileChannel file;
    private final CheckedChannel channel;
    private boolean published;

    LocalNewFile(Posix posix, Path target, Path temporary, FileChannel file) {
        this.posix = posix;
        this.target = target;
        this.temporary = temporary;
        this.file = file;
        this.channel = new CheckedChannel(file, target, CheckedChannel.Closing.LEAVES_FILE_OPEN);
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
        try {
            posix.changeLength(temporary, bytes);
        } catch (IOException e) {
            throw FileFailure.of("setting the length of", target, e);
        }
    }

    @Override
    public void publish() throws IOException {
        checkUnpublished();
        try {
            file.force(true);
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
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new BackupException(
                    FileFault.WRONG_TYPE,
                    "writing " + target + " failed: there is a folder of this name",
                    "Move the folder away, or choose another target.");
        }
        try {
            if (synced) {
                file.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            published = true;
        } catch (IOException e) {
            throw FileFailure.of("writing", target, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            file.close();
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
