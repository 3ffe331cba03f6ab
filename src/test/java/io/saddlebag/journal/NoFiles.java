package io.saddlebag.journal;

import io.saddlebag.host.HostFiles;
import java.lang.reflect.Proxy;
import java.nio.file.NoSuchFileException;

/** A disk on which nothing is. */
final class NoFiles {
    static final HostFiles FILES = (HostFiles) Proxy.newProxyInstance(
            NoFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, args) -> {
                Class<?> type = method.getReturnType();
                if (type == boolean.class) {
                    return false;
                }
                if (type == java.util.Optional.class) {
                    return java.util.Optional.empty();
                }
                if (type == void.class) {
                    return null;
                }
                throw new NoSuchFileException(String.valueOf(args == null ? "" : args[0]));
            });

    private NoFiles() {}
}
