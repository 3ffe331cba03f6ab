package io.saddlebag.app;

import io.saddlebag.cli.Surroundings;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;

/** This process's own, without a printer between, which would keep failures to itself. */
final class StandardPipes implements Surroundings.Pipes {
    @Override
    public InputStream in() {
        return new FileInputStream(FileDescriptor.in);
    }

    @Override
    public OutputStream out() {
        return new FileOutputStream(FileDescriptor.out);
    }
}
