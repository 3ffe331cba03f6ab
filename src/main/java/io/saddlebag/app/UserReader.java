package io.saddlebag.app;

import io.saddlebag.host.local.FileServer;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/** The program that reads files as another user (D5): becomes that user, and then does nothing but look and read. */
public final class UserReader {
    private static final int BUFFER_BYTES = 1 << 18;

    private UserReader() {}

    /** Argument: the operating-system user's name. Ends when its input does. */
    public static void main(String[] arguments) throws Exception {
        OutputStream answers = new BufferedOutputStream(System.out, BUFFER_BYTES);
        // answers go there and nothing else
        System.setOut(System.err);
        LinuxPosix posix = new LinuxPosix();
        LocalFiles files = new LocalFiles(posix);
        Path self = Path.of("/proc/self");
        FileServer.rehearse(files, self, self.resolve("status"));
        posix.becomeUser(arguments[0]);
        answers.write(1);
        answers.flush();
        new FileServer(files, new BufferedInputStream(System.in, BUFFER_BYTES), answers).serve();
        System.exit(0);
    }
}
