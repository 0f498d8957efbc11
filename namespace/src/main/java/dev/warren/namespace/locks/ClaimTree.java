package dev.warren.namespace.locks;

import dev.warren.frontend.FileLocks.Kind;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Claims on one file, ordered by their start: a treap whose nodes store how far the claims below
 * them reach, so that a conflict is found in logarithmic time, however many claims and owners there
 * are. Guarded by {@link ByteRangeLocks}.
 */
final class ClaimTree {
  private final Work work;
  private @Nullable Claim root;

  // The two results of the last split.
  private @Nullable Claim lower;
  private @Nullable Claim upper;

  /** How many more claims {@link #earlier} may examine. */
  private int budget;

  ClaimTree(Work work) {
    this.work = work;
  }

  boolean isEmpty() {
    return root == null;
  }

  void add(Claim claim) {
    claim.left = null;
    claim.right = null;
    root = add(root, claim);
  }

  private Claim add(@Nullable Claim node, Claim claim) {
    if (node == null) {
      claim.sumUp();
      return claim;
    }
    work.step();
    if (claim.priority > node.priority) {
      split(node, claim);
      claim.left = lower;
      claim.right = upper;
      claim.sumUp();
      return claim;
    }
    if (claim.isBefore(node)) {
      node.left = add(node.left, claim);
    } else {
      node.right = add(node.right, claim);
    }
    node.sumUp();
    return node;
  }

  private void split(@Nullable Claim node, Claim at) {
    if (node == null) {
      lower = null;
      upper = null;
      return;
    }
    work.step();
    if (at.isBefore(node)) {
      split(node.left, at);
      node.left = upper;
      upper = node;
    } else {
      split(node.right, at);
      node.right = lower;
      lower = node;
    }
    node.sumUp();
  }

  /** Removes a claim, which must be in the tree. */
  void remove(Claim claim) {
    root = remove(root, claim);
    claim.left = null;
    claim.right = null;
  }

  private @Nullable Claim remove(@Nullable Claim node, Claim claim) {
    if (node == null) {
      throw new IllegalStateException("not in the tree");
    }
    work.step();
    if (node == claim) {
      return join(node.left, node.right);
    }
    if (claim.isBefore(node)) {
      node.left = remove(node.left, claim);
    } else {
      node.right = remove(node.right, claim);
    }
    node.sumUp();
    return node;
  }

  private @Nullable Claim join(@Nullable Claim low, @Nullable Claim high) {
    if (low == null || high == null) {
      return low == null ? high : low;
    }
    work.step();
    Claim top;
    if (low.priority > high.priority) {
      top = low;
      low.right = join(low.right, high);
    } else {
      top = high;
      high.left = join(low, high.left);
    }
    top.sumUp();
    return top;
  }

  /**
   * Returns any conflicting claim of another owner. The choice is random, so that a request that
   * waits for one claim, and then for another, need not wait for each of them in turn.
   */
  @Nullable Claim any(@Nullable LockOwner owner, Kind kind, long start, long last) {
    return any(root, owner, kind, start, last);
  }

  private @Nullable Claim any(
      @Nullable Claim node, @Nullable LockOwner owner, Kind kind, long start, long last) {
    if (node == null || node.reach(owner, kind) < start) {
      return null;
    }
    work.step();
    if (node.start > last) {
      return any(node.left, owner, kind, start, last);
    }
    if (node.conflictsWith(owner, kind, start, last)) {
      return node;
    }
    // All claims in the left subtree start early enough, so any that reaches far enough conflicts.
    boolean rightFirst = work.flipCoin();
    Claim found = any(rightFirst ? node.right : node.left, owner, kind, start, last);
    return found != null
        ? found
        : any(rightFirst ? node.left : node.right, owner, kind, start, last);
  }

  /**
   * Returns a conflicting claim of another owner that was made earlier, if one is found by
   * examining at most the given number of claims. A search by three criteria at once can be made to
   * take more than logarithmic time by a malicious client.
   */
  @Nullable Claim earlier(Claim than, int atMost) {
    budget = atMost;
    return earlier(root, than);
  }

  private @Nullable Claim earlier(@Nullable Claim node, Claim than) {
    if (node == null
        || node.earliest() >= than.number
        || node.reach(than.owner, than.kind) < than.start
        || budget-- <= 0) {
      return null;
    }
    work.step();
    if (node.start > than.last) {
      return earlier(node.left, than);
    }
    if (node.number < than.number && node.conflictsWith(than)) {
      return node;
    }
    boolean rightFirst = work.flipCoin();
    Claim found = earlier(rightFirst ? node.right : node.left, than);
    return found != null ? found : earlier(rightFirst ? node.left : node.right, than);
  }

  /**
   * Passes all conflicting claims of other owners, ordered by their start, to a visitor until it
   * returns false.
   *
   * @param more returns whether to continue
   * @return whether the visitor saw all of them
   */
  boolean forEach(
      @Nullable LockOwner owner, Kind kind, long start, long last, Predicate<Claim> more) {
    return forEach(root, owner, kind, start, last, more);
  }

  private boolean forEach(
      @Nullable Claim node,
      @Nullable LockOwner owner,
      Kind kind,
      long start,
      long last,
      Predicate<Claim> more) {
    if (node == null || node.reach(owner, kind) < start) {
      return true;
    }
    work.step();
    return forEach(node.left, owner, kind, start, last, more)
        && (node.start > last
            || ((!node.conflictsWith(owner, kind, start, last) || more.test(node))
                && forEach(node.right, owner, kind, start, last, more)));
  }
}
