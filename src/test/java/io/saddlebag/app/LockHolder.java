package io.saddlebag.app;

import java.nio.file.Path;
import java.util.List;

/** A process of its own that holds a device until it is killed. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
        DeviceLockFolders locks = new DeviceLockFolders(List.of(Path.of(arguments[0]), Path.of(arguments[1])));
        System.out.println(locks.tryTake("DRV 1/a").isPresent() ? "held" : "refused");
        System.in.read();
    }
}
