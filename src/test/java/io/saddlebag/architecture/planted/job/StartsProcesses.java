package io.saddlebag.architecture.planted.job;

class StartsProcesses {
    void start2() throws java.io.IOException {
        new ProcessBuilder("true").start();
        Runtime.getRuntime().exec(new String[] {"true"});
    }
}
