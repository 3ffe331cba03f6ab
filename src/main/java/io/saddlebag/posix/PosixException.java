package io.saddlebag.posix;

import java.io.IOException;

/** A system call failed. Callers add what it means for their work. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String path;
    private final Errno errno;

    /**
     * @param call as its manual page is named, e.g. {@code ioctl FIFREEZE}
     * @param number the value of errno
     */
    public PosixException(String call, String path, int number) {
        super(text(call, path, number));
        this.call = call;
        this.path = path;
        this.errno = Errno.of(number);
    }

    public String call() {
        return call;
    }

    public String path() {
        return path;
    }

    public Errno errno() {
        return errno;
    }

    /** What such an exception says. */
    public static String text(String call, String path, int number) {
        Errno errno = Errno.of(number);
        String name = errno == Errno.OTHER ? "errno " + number : errno.name();
        return call + " " + path + ": " + errno.text() + " (" + name + ")";
    }
}
