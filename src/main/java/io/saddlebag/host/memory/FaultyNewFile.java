package io.saddlebag.host.memory;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.NewFile;
import io.saddlebag.host.memory.FaultyFiles.Act;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/** A file under way whose steps count as calls. */
final class FaultyNewFile implements NewFile {
    private final FaultyFiles files;
    private final NewFile inner;
    private final Path target;
    private final FaultyChannel channel;

    FaultyNewFile(FaultyFiles files, NewFile inner, Path target) {
        this.files = files;
        this.inner = inner;
        this.target = target;
        this.channel = new FaultyChannel(files, inner.channel(), target);
    }

    @Override
    public Path temporary() {
        return inner.temporary();
    }

    @Override
    public SeekableByteChannel channel() {
        return channel;
    }

    @Override
    public void setLength(long bytes) throws IOException {
        files.call(Act.WRITE, "setting the length of", target);
        inner.setLength(bytes);
    }

    @Override
    public void setOwner(int uid, int gid) throws IOException {
        files.call(Act.WRITE, "setting the owner of", target);
        inner.setOwner(uid, gid);
    }

    @Override
    public void setMode(int mode) throws IOException {
        files.call(Act.WRITE, "setting the mode of", target);
        inner.setMode(mode);
    }

    @Override
    public Set<String> attributeNames() throws IOException {
        files.call(Act.LOOK, "reading attributes of", target);
        return inner.attributeNames();
    }

    @Override
    public void setAttribute(String name, byte[] value) throws IOException {
        files.call(Act.WRITE, "setting attribute " + name + " of", target);
        inner.setAttribute(name, value);
    }

    @Override
    public void removeAttribute(String name) throws IOException {
        files.call(Act.WRITE, "removing attribute " + name + " of", target);
        inner.removeAttribute(name);
    }

    @Override
    public void setTimes(Instant accessed, Instant modified) throws IOException {
        files.call(Act.WRITE, "setting the times of", target);
        inner.setTimes(accessed, modified);
    }

    @Override
    public void seal() throws IOException {
        files.call(Act.WRITE, "sealing", target);
        inner.seal();
    }

    @Override
    public void publish() throws IOException {
        files.call(Act.WRITE, "publishing", target);
        inner.publish();
    }

    @Override
    public void replace() throws IOException {
        files.call(Act.WRITE, "publishing", target);
        inner.replace();
    }

    @Override
    public void replaceUnsynced() throws IOException {
        files.call(Act.WRITE, "publishing", target);
        inner.replaceUnsynced();
    }

    @Override
    public void close() throws IOException {
        try {
            files.call(Act.CLEAN_UP, "closing", target);
        } catch (BackupException e) {
            inner.close();
            throw e;
        }
        // not reached after a crash: a dead process doesn't tidy up, its temporary file stays
        inner.close();
    }
}
