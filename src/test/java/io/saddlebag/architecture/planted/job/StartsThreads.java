package io.saddlebag.architecture.planted.job;

class StartsThreads extends Thread {
    void start2() {
        new Thread(() -> {}).start();
        java.util.concurrent.Executors.newCachedThreadPool();
    }
}
