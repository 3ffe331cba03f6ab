package io.saddlebag.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/** Whatever has the name when something is done. */
record NamedInode(HostFiles files, Path path) implements Inode {
    @Override
    public void setOwner(int uid, int gid) throws IOException {
        files.setOwner(path, uid, gid);
    }

    @Override
    public void setMode(int mode) throws IOException {
        files.setMode(path, mode);
    }

    @Override
    public Set<String> attributeNames() throws IOException {
        return files.attributes(path).keySet();
    }

    @Override
    public void setAttribute(String name, byte[] value) throws IOException {
        files.setAttribute(path, name, value);
    }

    @Override
    public void removeAttribute(String name) throws IOException {
        files.removeAttribute(path, name);
    }

    @Override
    public void setTimes(Instant accessed, Instant modified) throws IOException {
        files.setTimes(path, accessed, modified);
    }
}
