package io.saddlebag.host.local;

import io.saddlebag.host.NewFile;
import io.saddlebag.posix.HeldFolder;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** A file under way whose folder is held until it has its name. */
final class AnchoredNewFile implements NewFile {
    private final NewFile file;
    private final HeldFolder folder;
    private final Path shown;
    private final Map<Path, HeldFolder> underWay;

    /**
     * @param shown the folder in messages
     * @param underWay has the folder as long as this file may be reached by its temporary name
     */
    AnchoredNewFile(NewFile file, HeldFolder folder, Path shown, Map<Path, HeldFolder> underWay) {
        this.file = file;
        this.folder = folder;
        this.shown = shown;
        this.underWay = underWay;
        underWay.put(temporary(), folder);
    }

    @Override
    public Path temporary() {
        return shown.resolve(file.temporary().getFileName());
    }

    @Override
    public SeekableByteChannel channel() {
        return file.channel();
    }

    @Override
    public void setLength(long bytes) throws IOException {
        run(() -> file.setLength(bytes));
    }

    @Override
    public void setOwner(int uid, int gid) throws IOException {
        run(() -> file.setOwner(uid, gid));
    }

    @Override
    public void setMode(int mode) throws IOException {
        run(() -> file.setMode(mode));
    }

    @Override
    public Set<String> attributeNames() throws IOException {
        return AnchoredFiles.told(folder, shown, file::attributeNames);
    }

    @Override
    public void setAttribute(String name, byte[] value) throws IOException {
        run(() -> file.setAttribute(name, value));
    }

    @Override
    public void removeAttribute(String name) throws IOException {
        run(() -> file.removeAttribute(name));
    }

    @Override
    public void setTimes(Instant accessed, Instant modified) throws IOException {
        run(() -> file.setTimes(accessed, modified));
    }

    @Override
    public void seal() throws IOException {
        run(file::seal);
    }

    @Override
    public void publish() throws IOException {
        run(file::publish);
    }

    @Override
    public void replace() throws IOException {
        run(file::replace);
    }

    @Override
    public void replaceUnsynced() throws IOException {
        run(file::replaceUnsynced);
    }

    private void run(Writing writing) throws IOException {
        AnchoredFiles.told(folder, shown, () -> {
            writing.take();
            return shown;
        });
    }

    @Override
    public void close() throws IOException {
        underWay.remove(temporary());
        try (folder) {
            file.close();
        }
    }

    private interface Writing {
        void take() throws IOException;
    }
}
