package dev.warren.sqlfs;

/** Random operations on two hosts in turn and on one memfs, which must agree. */
class TwoHostsModelTest extends ModelTest {
  @Override
  int hosts() {
    return 2;
  }
}
