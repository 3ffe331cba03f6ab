package io.saddlebag.architecture.planted.image;

class Prints {
    void print(Throwable thrown) {
        System.out.println("x");
        System.err.println("x");
        thrown.printStackTrace();
    }
}
